import { depthExtension, parseStream, subjects, type CloudEvent } from '@karrio/contracts';
import type {
  ActionEvent,
  Json,
  PauseEvent,
  RateDecisionEvent,
  RuleEvent,
  RunEvent,
  SlotEvent,
  TriggerEvent,
  WorkflowEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

type OurEvent =
  | WorkflowEvent
  | PauseEvent
  | ActionEvent
  | TriggerEvent
  | SlotEvent
  | RuleEvent
  | RateDecisionEvent
  | RunEvent;
type Name = readonly [entity: string, event: string];

/** What other systems hear of, and under which name; described in docs/asyncapi.yaml. */
const names: Readonly<Partial<Record<OurEvent['type'], Name>>> = {
  WorkflowCreated: ['workflow', 'created'],
  WorkflowRevised: ['workflow', 'revised'],
  WorkflowActivated: ['workflow', 'activated'],
  WorkflowDeactivated: ['workflow', 'deactivated'],
  WorkflowDeleted: ['workflow', 'deleted'],
  RunsPaused: ['pause', 'begun'],
  RunsResumed: ['pause', 'ended'],
  ActionCreated: ['workflow_action', 'created'],
  ActionRevised: ['workflow_action', 'revised'],
  ActionDeleted: ['workflow_action', 'deleted'],
  TriggerCreated: ['workflow_trigger', 'created'],
  TriggerRevised: ['workflow_trigger', 'revised'],
  TriggerDeleted: ['workflow_trigger', 'deleted'],
  OccurrenceFired: ['trigger_slot', 'fired'],
  OccurrenceCaughtUp: ['trigger_slot', 'caught_up'],
  OccurrenceQueued: ['trigger_slot', 'queued'],
  OccurrenceSkipped: ['trigger_slot', 'skipped'],
  OccurrenceRefused: ['trigger_slot', 'refused'],
  RuleCreated: ['shipping_rule', 'created'],
  RuleRevised: ['shipping_rule', 'revised'],
  RuleReordered: ['shipping_rule', 'reordered'],
  RuleActivated: ['shipping_rule', 'activated'],
  RuleDeactivated: ['shipping_rule', 'deactivated'],
  RuleDeleted: ['shipping_rule', 'deleted'],
  RateSelected: ['rate_decision', 'selected'],
  NoRateSelected: ['rate_decision', 'not_selected'],
  RateHeld: ['rate_decision', 'held'],
  RateDecisionSettled: ['rate_decision', 'settled'],
  RunSucceeded: ['workflow_event', 'succeeded'],
  RunFailed: ['workflow_event', 'failed'],
  RunAborted: ['workflow_event', 'aborted'],
  RunCancelled: ['workflow_event', 'cancelled'],
};
const nameOf: ReadonlyMap<string, Name> = new Map(Object.entries(names));

export const announcedTypes: readonly string[] = [...nameOf.keys()];

export type Announcement = Readonly<{ subject: string; event: CloudEvent }>;

/** Undefined for an event that is not announced. */
export const announcementOf = (recorded: Recorded): Announcement | undefined => {
  const name = nameOf.get(recorded.type);
  const stream = parseStream(recorded.stream);
  if (!name || !stream) return undefined;
  const [entity, event] = name;
  const { org, traceparent } = recorded.metadata;
  return {
    subject: subjects.event.of({ org, entity, event }),
    event: {
      specversion: '1.0',
      id: recorded.id,
      source: `/organizations/${org}`,
      type: `io.karrio.${entity}.${event}`,
      subject: stream.id,
      time: recorded.recordedAt,
      datacontenttype: 'application/json',
      ...(traceparent === undefined ? {} : { traceparent }),
      ...depthIn(recorded.data),
      data: { id: stream.id, object_type: entity, ...ownerOf(entity, stream.id), ...outward(recorded.data) },
    },
  };
};

/** Who sends an event because a run ended passes this on, so that workflows cannot start each other for ever. */
const depthIn = (data: unknown): Pick<CloudEvent, typeof depthExtension> =>
  typeof data === 'object' && data !== null && 'depth' in data && typeof data.depth === 'number'
    ? { [depthExtension]: data.depth }
    : {};

/** A slot has no id of its own. */
const ownerOf = (entity: string, id: string) => (entity === 'trigger_slot' ? { trigger_id: id } : {});

/** Never leaves the house, not even sealed; nor does whom a shipment goes to. */
const withheld: ReadonlySet<string> = new Set([
  'sealedSecret',
  'shownSecret',
  'formerSecret',
  'facts',
  'trace',
]);

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The parts of a definition or a ledger that have names of ours. */
const nested: ReadonlySet<string> = new Set([
  'definition',
  'schedulePolicy',
  'webhook',
  'signature',
  'deliveryKey',
  'rateLimit',
  'response',
  'event',
  'slot',
  'first',
  'last',
]);

/** Our camelCase names as the API's; what a user wrote (metadata, parameters) stays as it is. */
const outward = (data: unknown): Record<string, Json> => {
  if (data === null || typeof data !== 'object') return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]: [string, Json]) => {
      if (withheld.has(key)) return [];
      return [[snakeCase(key), nested.has(key) && value !== null ? outward(value) : value]];
    }),
  );
};
