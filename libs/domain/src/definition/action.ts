import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { JsonObject } from '../json.ts';
import type { Metafield } from './metafield.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { TemplateEngine } from './template-engine.ts';

export const actionTypes = ['http_request', 'data_mapping', 'conditional', 'wait', 'select_rate'] as const;
export type ActionType = (typeof actionTypes)[number];

/** Those whose outcome somebody else gives: of these, a run has requests and answers. */
export const isAsking = (type: ActionType): boolean => type === 'http_request' || type === 'select_rate';

export const httpMethods = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type HttpMethod = (typeof httpMethods)[number];

export const contentTypes = ['json', 'form', 'text', 'xml'] as const;
export type ContentType = (typeof contentTypes)[number];

/** Where an HTTP request's rendered parameters go. */
export const parametersTypes = ['data', 'querystring'] as const;
export type ParametersType = (typeof parametersTypes)[number];

/** When a failed attempt is made again. Delays double from the base up to the maximum, with jitter. */
export type RetryPolicy = Readonly<{
  retriesMax: number;
  baseDelayMs: number;
  delayMsMax: number;
  /** Answers that are worth another attempt, as `503` or `5xx`. */
  statuses: readonly string[];
}>;

/**
 * What becomes of a request whose outcome nobody knows: it is sent again under the same key, the receiver is asked
 * by a probe, a person is, or it counts as failed.
 */
export const unknownResolutions = ['retry', 'probe', 'park', 'fail'] as const;
export type UnknownResolution = (typeof unknownResolutions)[number];

/** A GET that tells whether a request took effect; `template` renders the verdict from its answer. */
export type Probe = Readonly<{ endpoint: string; template: string }>;

/** What an HTTP request does beyond the contract's fields; null takes the default. */
export type HttpPolicy = Readonly<{
  connectTimeoutMs: number | null;
  timeoutMs: number | null;
  /** Answers that count as success, as `404` or `2xx`. */
  acceptedStatuses: readonly string[] | null;
  retry: RetryPolicy | null;
  onUnknown: UnknownResolution | null;
  probe: Probe | null;
}>;

export const defaultHttpPolicy: HttpPolicy = {
  connectTimeoutMs: null,
  timeoutMs: null,
  acceptedStatuses: null,
  retry: null,
  onUnknown: null,
  probe: null,
};

export type ActionDefinition = Readonly<{
  name: string;
  actionType: ActionType;
  description: string | null;
  host: string | null;
  port: number | null;
  endpoint: string | null;
  method: HttpMethod | null;
  parametersType: ParametersType | null;
  parametersTemplate: string | null;
  headerTemplate: string | null;
  contentType: ContentType | null;
  templateEngine: TemplateEngine;
  connectionId: string | null;
  http: HttpPolicy;
  metafields: readonly Metafield[];
  metadata: JsonObject;
  templateSlug: string | null;
}>;

/** What these fields are unless something is said. */
export const laterActionFields = {
  templateEngine: 'handlebars',
  http: defaultHttpPolicy,
} as const satisfies Partial<ActionDefinition>;

type Later = 'templateEngine' | 'connectionId' | 'http' | 'metafields';

/** A definition as its event has it, with what fields mean that are younger than the event. */
export const completeAction = (
  definition: Omit<ActionDefinition, Later> & Partial<Pick<ActionDefinition, Later>>,
): ActionDefinition => ({
  ...laterActionFields,
  connectionId: null,
  metafields: [],
  ...definition,
  http: { ...defaultHttpPolicy, ...definition.http },
});

export type ActionCreated = Event<
  'ActionCreated',
  { id: string; slug: string; definition: ActionDefinition; at: string }
>;
export type ActionRevised = Event<'ActionRevised', { definition: ActionDefinition; at: string }>;
export type ActionDeleted = Event<'ActionDeleted', { at: string }>;
export type ActionEvent = ActionCreated | ActionRevised | ActionDeleted;

export const isActionEvent = eventGuard<ActionEvent>({
  ActionCreated: true,
  ActionRevised: true,
  ActionDeleted: true,
});

export type ActionCommand =
  | { type: 'CreateAction'; id: string; slug: string; definition: ActionDefinition; at: string }
  | { type: 'ReviseAction'; definition: ActionDefinition; at: string }
  | { type: 'DeleteAction'; at: string };

export type ActionState =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted' }
  | {
      readonly status: 'live';
      readonly id: string;
      readonly slug: string;
      readonly definition: ActionDefinition;
    };

const evolve = (state: ActionState, event: ActionEvent): ActionState => {
  switch (event.type) {
    case 'ActionCreated': {
      const { id, slug, definition } = event.data;
      return { status: 'live', id, slug, definition: completeAction(definition) };
    }
    case 'ActionRevised':
      return state.status === 'live'
        ? { ...state, definition: completeAction(event.data.definition) }
        : state;
    case 'ActionDeleted':
      return { status: 'deleted' };
  }
};

const decide: Decider<ActionState, ActionCommand, ActionEvent, Refusal>['decide'] = (state, command) => {
  const { at } = command;
  if (command.type === 'CreateAction') {
    if (state.status !== 'absent') {
      return reject(
        refusal('already-exists', 'name', `An action named like this exists (slug ${command.slug}).`),
      );
    }
    const { id, slug, definition } = command;
    return accept({ type: 'ActionCreated', data: { id, slug, definition, at } });
  }
  if (state.status !== 'live') return reject(refusal('not-found', 'id', 'No action has this id.'));
  return command.type === 'ReviseAction'
    ? accept({ type: 'ActionRevised', data: { definition: command.definition, at } })
    : accept({ type: 'ActionDeleted', data: { at } });
};

export const action: Decider<ActionState, ActionCommand, ActionEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
