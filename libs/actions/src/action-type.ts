import type {
  ActionDefinition,
  ActionType as ActionTypeName,
  ContentType,
  Failure,
  Json,
  JsonObject,
  PlannedAction,
  RecordedRequest,
  RecordedResponse,
  Recovery,
  TemplateEngine,
} from '@karrio/domain';
import type { Outside, Sender } from './wire.ts';

/** A template of an action: `field` is its name in the API, `contentType` says how interpolation escapes. */
export type ActionTemplate = Readonly<{
  field: 'parameters_template' | 'header_template' | 'endpoint';
  source: string;
  contentType: ContentType;
  engine: TemplateEngine;
}>;

/** What is wrong with a definition; `field` is its name in the API. */
export type ActionProblem = Readonly<{ field: string; message: string }>;

/** What stands around an action when it is saved. */
export type Surroundings = Readonly<{ connection: Readonly<{ host: string | null }> | null }>;

/** What templates see of a step before. */
export type StepView = Readonly<{
  response: Json;
  /** Of an HTTP answer; headers as recorded, with names in lower case. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
}>;

/** What a template sees. */
export type TemplateContext = Readonly<{
  parameters: Json;
  /** The steps before, by slug. */
  steps: Readonly<Record<string, StepView>>;
  /** What was noted on the workflow. */
  metadata: JsonObject;
  /** When the attempt begins, as its events record it. */
  now: string;
}>;

/** What an action's connection gives at the moment of sending. It is never recorded. */
export type Access = Readonly<{
  /** What the templates of a request see as `connection`. */
  context: JsonObject;
  headers: Readonly<Record<string, string>>;
  query: readonly (readonly [string, string])[];
  /** What may not be recorded, in any form. */
  secrets: readonly string[];
}>;

/** How an attempt ended. */
export type Concluded =
  | {
      readonly succeeded: Readonly<{
        output: Json;
        /** What a condition decided. */
        passed?: boolean;
        response?: RecordedResponse;
      }>;
    }
  | {
      readonly failed: Readonly<{
        failure: Failure;
        output?: Json;
        response?: RecordedResponse;
        /** What another attempt would be; missing where it would fail as well. */
        recovery?: Recovery;
      }>;
    };

/** Deferred: a person's decision is the outcome. `output` is what is known so far, `message` says who has to do what. */
export type Outcome = Concluded | { readonly deferred: Readonly<{ output: Json; message: string }> };

/** A request made ready to leave. */
export type Effect = Readonly<{
  /** What may be recorded of it: every secret is masked. */
  request: Omit<RecordedRequest, 'body'> & Readonly<{ body: Json | null }>;
  /** @throws the sender's signal's reason once it aborts; every other trouble is an outcome. */
  perform: (outside: Outside, sender: Sender, idempotencyKey: string) => Promise<Outcome>;
}>;

export type Planned =
  /** Nothing outside is asked: the outcome is known. */
  | { readonly pure: Concluded }
  | { readonly effect: Effect }
  /** Time passes, and then the action has succeeded. */
  | { readonly wait: Waiting }
  | { readonly failed: Failure };

export type Waiting = Readonly<{ ms: number }> | Readonly<{ until: string }>;

/** What an action can do. A new type is a folder beside this file and a line in action-types.ts. */
export interface ActionType {
  readonly type: ActionTypeName;
  readonly templatesOf: (definition: Templated) => readonly ActionTemplate[];
  /** For the moment of saving; templates are checked apart. */
  readonly validate: (definition: ActionDefinition, surroundings: Surroundings) => readonly ActionProblem[];
  /** Renders what the action says, without any I/O: the same arguments give the same result. */
  readonly plan: (action: PlannedAction, context: TemplateContext, access: Access | undefined) => Planned;
}

export type Templated = Pick<
  ActionDefinition,
  | 'actionType'
  | 'parametersTemplate'
  | 'headerTemplate'
  | 'endpoint'
  | 'method'
  | 'parametersType'
  | 'contentType'
  | 'templateEngine'
>;

/** A type of action that asks the outside: a wire form of its request, and an answer to make sense of. */
export type EffectParts<Request, Reply> = Pick<ActionType, 'type' | 'templatesOf' | 'validate'> &
  Readonly<{
    compose: (
      action: PlannedAction,
      context: TemplateContext,
      access: Access | undefined,
    ) => { readonly request: Request; readonly recorded: Effect['request'] } | { readonly failed: Failure };
    /** The only part that does I/O, through the port that it is given. */
    perform: (request: Request, outside: Outside, sender: Sender, idempotencyKey: string) => Promise<Reply>;
    interpret: (action: PlannedAction, request: Request, reply: Reply, access: Access | undefined) => Outcome;
  }>;

export const effectType = <Request, Reply>({
  type,
  templatesOf,
  validate,
  compose,
  perform,
  interpret,
}: EffectParts<Request, Reply>): ActionType => ({
  type,
  templatesOf,
  validate,
  plan: (action, context, access) => {
    const composed = compose(action, context, access);
    if ('failed' in composed) return composed;
    const { request, recorded } = composed;
    return {
      effect: {
        request: recorded,
        perform: async (outside, sender, idempotencyKey) =>
          interpret(action, request, await perform(request, outside, sender, idempotencyKey), access),
      },
    };
  },
});
