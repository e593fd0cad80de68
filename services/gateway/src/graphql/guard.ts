import type { Permission } from '@karrio/domain';
import { GraphQLError, type GraphQLField, type GraphQLFieldMap, type GraphQLSchema } from 'graphql';
import type { Suspect } from '../audit/refusal-tally.ts';
import { missingPermission } from '../auth/permitted.ts';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { problem, type ProblemCode } from '../http/problem.ts';
import { viewerOf, type GraphContext } from './context.ts';
import { shownError } from './server/shown-error.ts';

/** `any`: whoever is known may. */
export type FieldPermission = Permission | 'any';

declare global {
  // Pothos takes further options of fields by merging into its own namespace.
  // oxlint-disable-next-line typescript/no-namespace -- see above
  namespace PothosSchemaTypes {
    interface QueryFieldOptions<Types, Type, Nullable, Args, ResolveReturnShape> {
      /** What the caller has to be permitted before anything else is looked at. */
      permission: FieldPermission;
    }
    interface MutationFieldOptions<Types, Type, Nullable, Args, ResolveReturnShape> {
      permission: FieldPermission;
    }
    interface SubscriptionFieldOptions<Types, Type, Nullable, Args, ResolveShape, ResolveReturnShape> {
      permission: FieldPermission;
    }
  }
}

type Field = GraphQLField<unknown, GraphContext>;

/** What an operation of the schema needs; undefined where it names nothing, which nobody may then use. */
export const permissionOf = ({ extensions }: Pick<Field, 'extensions'>): FieldPermission | undefined => {
  const { pothosOptions: options } = extensions;
  return isOptions(options) ? options.permission : undefined;
};

/** Has every operation refuse who may not use it, whatever its resolver does. */
export const guarded = (schema: GraphQLSchema): GraphQLSchema => {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    const fields: GraphQLFieldMap<unknown, GraphContext> = type?.getFields() ?? {};
    // What is wrong with the input of a change is a value of its answer.
    const checkArguments = type === schema.getMutationType() ? () => {} : refuseUnstorable;
    for (const field of Object.values(fields)) guard(field, checkArguments);
  }
  return schema;
};

const guard = (field: Field, checkArguments: (args: unknown) => void): void => {
  const { resolve, subscribe } = field;
  const check = checking(field.name, permissionOf(field));
  if (resolve) {
    field.resolve = (source, args, context, info) => {
      check(context);
      checkArguments(args);
      return resolve(source, args, context, info);
    };
  }
  if (subscribe) {
    field.subscribe = async (source, args, context, info) => {
      try {
        check(context);
        checkArguments(args);
        return await subscribe(source, args, context, info);
      } catch (error) {
        noteUnsubscribed(context, field.name, error);
        throw error;
      }
    };
  }
};

const checking =
  (action: string, permission: FieldPermission | undefined) =>
  (context: GraphContext): void => {
    const viewer = viewerOf(context);
    context.call.deadline?.throwIfAborted();
    if (permission === 'any') return;
    const missing = missingPermission(viewer, permission);
    if (!missing) return;
    note(context, action, missing.code);
    throw shownError(missing);
  };

const note = ({ call, ports }: GraphContext, action: string, code: ProblemCode): void => {
  const { caller, origin } = call;
  const suspect: Suspect =
    typeof caller === 'object'
      ? { kind: 'caller', org: caller.org, actor: caller.actor }
      : { kind: 'stranger' };
  ports.noteRefusal({ suspect, action, code, origin });
};

/** Refused to who may subscribe but has too many, or is nobody; of queries and changes, their route knows that. */
const noteUnsubscribed = (context: GraphContext, action: string, error: unknown): void => {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  if (code === 'too_many_subscriptions' || code === 'authentication_required') note(context, action, code);
};

/** What Postgres holds no text like: nothing is named so. */
const refuseUnstorable = (args: unknown): void => {
  const flaw = jsonFlawIn(args);
  if (!flaw) return;
  const field = flaw.path.join('.');
  throw shownError(problem('validation', `${field} ${flaw.message}.`, { [field]: [flaw.message] }));
};

const isOptions = (options: unknown): options is { readonly permission?: FieldPermission } =>
  typeof options === 'object' && options !== null;
