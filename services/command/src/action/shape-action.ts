import { templatesOf, validateAction } from '@karrio/actions';
import type { InlineAction } from '@karrio/contracts';
import {
  laterActionFields,
  refusal,
  type ActionDefinition,
  type ConnectionDefinition,
  type Refusal,
} from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';
import type { Issue } from '../definition/change.ts';
import { pick } from '../definition/pick.ts';
import { layMetafields } from '../metafield/lay-metafields.ts';
import { httpPolicyOf, policyProblems } from './http-policy.ts';
import { surroundingsOf } from './template-surroundings.ts';

type Shaped = Readonly<{ definition: ActionDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

/** The connection that the action will have. */
export type UsedConnection = Readonly<{ id: string; definition: ConnectionDefinition }>;

type Making = Readonly<{
  issue: Issue;
  /** Leads the fields of its errors: `actions[0].`. */
  path: string;
  connection: UsedConnection | null;
}>;

/** The input laid over what is (on update) or over the defaults. */
export const shapeAction = (
  input: InlineAction,
  known: ActionDefinition | undefined,
  { issue, path, connection }: Making,
): Shaped => {
  const before = known ?? blank(input);
  if (!before) return { refused: missing(input, path) };
  const laid = layMetafields(before.metafields, input.metafields, issue, { owner: `action ${path}`, path });
  const definition: ActionDefinition = {
    ...laidOver(before, input),
    connectionId: connection?.id ?? null,
    http: httpPolicyOf(input, before.http),
    metafields: 'metafields' in laid ? laid.metafields : before.metafields,
  };
  const refused = [
    ...('refused' in laid ? laid.refused : []),
    ...problemsOf(definition, connection?.definition ?? null, path),
  ];
  return refused.length > 0 ? { refused } : { definition };
};

const laidOver = (before: ActionDefinition, input: InlineAction): ActionDefinition => ({
  ...before,
  name: input.name ?? before.name,
  actionType: input.actionType ?? before.actionType,
  description: pick(input.description, before.description),
  host: pick(input.host, before.host),
  port: pick(input.port, before.port),
  endpoint: pick(input.endpoint, before.endpoint),
  method: pick(input.method, before.method),
  parametersType: pick(input.parametersType, before.parametersType),
  parametersTemplate: pick(input.parametersTemplate, before.parametersTemplate),
  headerTemplate: pick(input.headerTemplate, before.headerTemplate),
  contentType: pick(input.contentType, before.contentType),
  templateEngine: input.templateEngine ?? before.templateEngine,
  metadata: input.metadata ?? before.metadata,
  templateSlug: pick(input.templateSlug, before.templateSlug),
});

/** A new action before its optional fields; undefined where a required one is missing. */
const blank = ({ name, actionType }: InlineAction): ActionDefinition | undefined => {
  if (name === undefined || actionType === undefined) return undefined;
  return {
    name,
    actionType,
    description: null,
    host: null,
    port: null,
    endpoint: null,
    method: null,
    parametersType: null,
    parametersTemplate: null,
    headerTemplate: null,
    contentType: null,
    ...laterActionFields,
    connectionId: null,
    metafields: [],
    metadata: {},
    templateSlug: null,
  };
};

const missing = ({ name, actionType }: InlineAction, path: string): readonly Refusal[] => {
  const whatFor = 'Say what the action does: http_request, data_mapping or conditional.';
  return [
    ...(name === undefined ? [refusal('invalid', `${path}name`, 'Give the action a name.')] : []),
    ...(actionType === undefined ? [refusal('invalid', `${path}action_type`, whatFor)] : []),
  ];
};

const problemsOf = (
  definition: ActionDefinition,
  connection: ConnectionDefinition | null,
  path: string,
): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    problems.push(refusal('invalid', path + field, message));
  for (const { field, message } of validateAction(definition, { connection })) invalid(field, message);
  for (const { field, source, ...language } of templatesOf(definition)) {
    const known = surroundingsOf(definition, field, connection);
    const problem = checkTemplate(source, { ...language, ...known });
    if (problem) invalid(field, `line ${problem.line}, column ${problem.column}: ${problem.message}`);
  }
  return [...problems, ...policyProblems(definition.http, path)];
};
