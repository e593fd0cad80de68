import type {
  ActionType as ActionTypeName,
  Failure,
  Json,
  JsonObject,
  PlannedAction,
  RecordedRequest,
  RecordedResponse,
} from '@karrio/domain';

/** What a template sees. */
export type TemplateContext = Readonly<{
  parameters: Json;
  /** The outputs of the steps before, by slug. */
  steps: Readonly<Record<string, { readonly response: Json }>>;
  metadata: JsonObject;
  metafields: JsonObject;
  connection: JsonObject;
}>;

export type Outcome =
  | {
      readonly succeeded: Readonly<{
        output: Json;
        /** What a condition decided. */
        passed?: boolean;
        response?: RecordedResponse;
      }>;
    }
  | { readonly failed: Readonly<{ failure: Failure; output?: Json; response?: RecordedResponse }> };

/** A request made ready to leave. */
export type Effect = Readonly<{
  /** What may be recorded of it: every secret is masked. */
  request: Omit<RecordedRequest, 'body'> & Readonly<{ body: Json | null }>;
  /** @throws the signal's reason once it aborts; every other trouble is an outcome. */
  perform: (signal: AbortSignal, idempotencyKey: string) => Promise<Outcome>;
}>;

export type Prepared =
  /** Nothing outside was asked: the outcome is known. */
  { readonly pure: Outcome } | { readonly effect: Effect } | { readonly failed: Failure };

/** Renders what the action says, without any I/O: the same action and context give the same result. */
export type Prepare = (action: PlannedAction, context: TemplateContext) => Prepared;

/** What an action can do. A new type is a folder beside this file and a line in registry.ts. */
export interface ActionType {
  readonly type: ActionTypeName;
  readonly prepare: Prepare;
}
