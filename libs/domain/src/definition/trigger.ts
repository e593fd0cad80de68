import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { Json } from '../json.ts';
import type { SchedulePolicy } from '../schedule/schedule.ts';
import type { EventPolicy } from './event-policy.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { ShownSecret } from './shown.ts';
import type { WebhookPolicy } from './webhook-policy.ts';

export const triggerTypes = ['manual', 'scheduled', 'webhook', 'event'] as const;
export type TriggerType = (typeof triggerTypes)[number];

/** A secret that another one takes the place of: not good any more from `until` on. */
export type FormerSecret = Readonly<{ sealed: string; fingerprint: string | null; until: string }>;

export type TriggerDefinition = Readonly<{
  triggerType: TriggerType;
  /** What people call it; null: by its type. */
  name: string | null;
  /** One that is not starts no runs, and its slots pass. */
  isActive: boolean;
  /** What it starts are test runs, whoever asked for them. */
  testMode: boolean;
  /** What a run is given that a schedule starts, or a person by this trigger; null: nothing. */
  parameters: Json;
  /** Of a scheduled trigger, and of no other: its cron expression. */
  schedule: string | null;
  /** Of a scheduled trigger; null: the default. */
  schedulePolicy: SchedulePolicy | null;
  /** The name of the HTTP header that carries a webhook's secret. */
  secretKey: string | null;
  /** The header's expected value, sealed by the vault; never the plain text. */
  sealedSecret: string | null;
  /** What tells the secret from others, and when it changed; null for one from before that was noted. */
  shownSecret: ShownSecret | null;
  /** The secret before this one, while both are good. */
  formerSecret: FormerSecret | null;
  /** Of a webhook; null: the default. */
  webhook: WebhookPolicy | null;
  /** Of an event trigger, and of no other. */
  event: EventPolicy | null;
  templateSlug: string | null;
}>;

/** What these fields are unless something is said. */
export const laterTriggerFields = {
  name: null,
  isActive: true,
  testMode: false,
  parameters: null,
  schedulePolicy: null,
  shownSecret: null,
  formerSecret: null,
  webhook: null,
  event: null,
} as const;
type Later = keyof typeof laterTriggerFields;

/** A definition as its event has it. */
export type RecordedTrigger = Omit<TriggerDefinition, Later> & Partial<Pick<TriggerDefinition, Later>>;

/** With what fields mean that are younger than the event. */
export const completeTrigger = (definition: RecordedTrigger): TriggerDefinition => ({
  ...laterTriggerFields,
  ...definition,
});

export type TriggerCreated = Event<
  'TriggerCreated',
  { id: string; slug: string; workflowId: string; definition: RecordedTrigger; at: string }
>;
export type TriggerRevised = Event<'TriggerRevised', { definition: RecordedTrigger; at: string }>;
export type TriggerDeleted = Event<'TriggerDeleted', { at: string }>;
export type TriggerEvent = TriggerCreated | TriggerRevised | TriggerDeleted;

export const isTriggerEvent = eventGuard<TriggerEvent>({
  TriggerCreated: true,
  TriggerRevised: true,
  TriggerDeleted: true,
});

export type TriggerCommand =
  | {
      type: 'CreateTrigger';
      id: string;
      slug: string;
      workflowId: string;
      definition: TriggerDefinition;
      at: string;
    }
  | { type: 'ReviseTrigger'; definition: TriggerDefinition; at: string }
  | { type: 'DeleteTrigger'; at: string };

export type TriggerState =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted' }
  | {
      readonly status: 'live';
      readonly id: string;
      readonly slug: string;
      readonly workflowId: string;
      readonly definition: TriggerDefinition;
    };

const evolve = (state: TriggerState, event: TriggerEvent): TriggerState => {
  switch (event.type) {
    case 'TriggerCreated': {
      const { id, slug, workflowId, definition } = event.data;
      return { status: 'live', id, slug, workflowId, definition: completeTrigger(definition) };
    }
    case 'TriggerRevised':
      return state.status === 'live'
        ? { ...state, definition: completeTrigger(event.data.definition) }
        : state;
    case 'TriggerDeleted':
      return { status: 'deleted' };
  }
};

const decide: Decider<TriggerState, TriggerCommand, TriggerEvent, Refusal>['decide'] = (state, command) => {
  const { at } = command;
  if (command.type === 'CreateTrigger') {
    if (state.status !== 'absent')
      return reject(refusal('already-exists', 'id', 'A trigger with this id exists.'));
    const { id, slug, workflowId, definition } = command;
    return accept({ type: 'TriggerCreated', data: { id, slug, workflowId, definition, at } });
  }
  if (state.status !== 'live') return reject(refusal('not-found', 'id', 'No trigger has this id.'));
  return command.type === 'ReviseTrigger'
    ? accept({ type: 'TriggerRevised', data: { definition: command.definition, at } })
    : accept({ type: 'TriggerDeleted', data: { at } });
};

export const trigger: Decider<TriggerState, TriggerCommand, TriggerEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
