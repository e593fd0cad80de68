import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import { refusal, type Refusal } from './refusal.ts';

export const triggerTypes = ['manual', 'scheduled', 'webhook'] as const;
export type TriggerType = (typeof triggerTypes)[number];

export type TriggerDefinition = Readonly<{
  triggerType: TriggerType;
  schedule: string | null;
  /** The name of the HTTP header that carries a webhook's secret. */
  secretKey: string | null;
  /** The header's expected value, sealed by the vault; never the plain text. */
  sealedSecret: string | null;
  templateSlug: string | null;
}>;

export type TriggerCreated = Event<
  'TriggerCreated',
  { id: string; slug: string; workflowId: string; definition: TriggerDefinition; at: string }
>;
export type TriggerRevised = Event<'TriggerRevised', { definition: TriggerDefinition; at: string }>;
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
      return { status: 'live', id, slug, workflowId, definition };
    }
    case 'TriggerRevised':
      return state.status === 'live' ? { ...state, definition: event.data.definition } : state;
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
