import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { LiveRule as Live, RuleDefinition } from '../rules/rule.ts';
import { refusal, type Refusal } from './refusal.ts';

export type RuleCreated = Event<
  'RuleCreated',
  { id: string; slug: string; isActive: boolean; definition: RuleDefinition; at: string }
>;
export type RuleRevised = Event<'RuleRevised', { definition: RuleDefinition; at: string }>;
/** Another place among the rules, and nothing else. */
export type RuleReordered = Event<'RuleReordered', { priority: number; at: string }>;
export type RuleActivated = Event<'RuleActivated', { at: string }>;
export type RuleDeactivated = Event<'RuleDeactivated', { at: string }>;
export type RuleDeleted = Event<'RuleDeleted', { at: string }>;
export type RuleEvent =
  RuleCreated | RuleRevised | RuleReordered | RuleActivated | RuleDeactivated | RuleDeleted;

export const isRuleEvent = eventGuard<RuleEvent>({
  RuleCreated: true,
  RuleRevised: true,
  RuleReordered: true,
  RuleActivated: true,
  RuleDeactivated: true,
  RuleDeleted: true,
});

export type RuleCommand =
  | {
      type: 'CreateRule';
      id: string;
      slug: string;
      isActive: boolean;
      definition: RuleDefinition;
      at: string;
    }
  | { type: 'ReviseRule'; definition: RuleDefinition; isActive: boolean | undefined; at: string }
  | { type: 'ReorderRule'; priority: number; at: string }
  | { type: 'ActivateRule'; at: string }
  | { type: 'DeactivateRule'; at: string }
  | { type: 'DeleteRule'; at: string };

type LiveRule = Live & Readonly<{ status: 'live'; slug: string }>;
export type RuleState = Readonly<{ status: 'absent' }> | Readonly<{ status: 'deleted' }> | LiveRule;

const evolve = (state: RuleState, event: RuleEvent): RuleState => {
  if (event.type === 'RuleCreated') {
    const { id, slug, isActive, definition, at } = event.data;
    return { status: 'live', id, slug, isActive, definition, createdAt: at };
  }
  if (event.type === 'RuleDeleted') return { status: 'deleted' };
  return state.status === 'live' ? changed(state, event) : state;
};

const changed = (
  state: LiveRule,
  { type, data }: Exclude<RuleEvent, { readonly type: 'RuleCreated' | 'RuleDeleted' }>,
): LiveRule => {
  switch (type) {
    case 'RuleRevised':
      return { ...state, definition: data.definition };
    case 'RuleReordered':
      return { ...state, definition: { ...state.definition, priority: data.priority } };
    case 'RuleActivated':
      return { ...state, isActive: true };
    case 'RuleDeactivated':
      return { ...state, isActive: false };
  }
};

const switched = (isActive: boolean, at: string): RuleEvent =>
  isActive ? { type: 'RuleActivated', data: { at } } : { type: 'RuleDeactivated', data: { at } };

const decide: Decider<RuleState, RuleCommand, RuleEvent, Refusal>['decide'] = (state, command) => {
  const { at } = command;
  if (command.type === 'CreateRule') {
    const { type: _, ...data } = command;
    return state.status === 'absent'
      ? accept({ type: 'RuleCreated', data })
      : reject(refusal('already-exists', 'id', 'A shipping rule with this id exists.'));
  }
  if (state.status !== 'live') {
    const message = 'No shipping rule has this id; list them with the shipping_rules query.';
    return reject(refusal('not-found', 'id', message));
  }
  switch (command.type) {
    case 'ReviseRule': {
      const revised: RuleEvent = { type: 'RuleRevised', data: { definition: command.definition, at } };
      const { isActive } = command;
      return isActive === undefined || isActive === state.isActive
        ? accept(revised)
        : accept(revised, switched(isActive, at));
    }
    case 'ReorderRule':
      return command.priority === state.definition.priority
        ? accept()
        : accept({ type: 'RuleReordered', data: { priority: command.priority, at } });
    case 'ActivateRule':
      return state.isActive ? accept() : accept(switched(true, at));
    case 'DeactivateRule':
      return state.isActive ? accept(switched(false, at)) : accept();
    case 'DeleteRule':
      return accept({ type: 'RuleDeleted', data: { at } });
  }
};

export const shippingRule: Decider<RuleState, RuleCommand, RuleEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
