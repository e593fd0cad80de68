import { describe, expect, it } from 'vitest';
import type { Decider, Event } from '../event.ts';
import { action } from './action.ts';
import { connection } from './connection.ts';
import { metafield } from './metafield.ts';
import type { Refusal } from './refusal.ts';
import { shippingRule } from './shipping-rule.ts';
import { trigger } from './trigger.ts';

const at = '2026-11-22T09:00:00.000Z';

/** How any of them is used here: what its definition holds is nothing to its life. */
type AnyDecider = Decider<object, object, Event, Refusal>;

const kinds: readonly (readonly [string, unknown, string])[] = [
  ['Action', action, 'definition'],
  ['Connection', connection, 'definition'],
  ['Trigger', trigger, 'definition'],
  ['Metafield', metafield, 'metafield'],
  ['Rule', shippingRule, 'definition'],
];

describe.each(kinds)('%s', (kind, given, content) => {
  const decider = given as AnyDecider;
  const said = (what: string) => ({ [content]: { name: what } });
  const create = { type: `Create${kind}`, id: 'id', slug: 'slug', isActive: true, at, ...said('first') };
  const revise = { type: `Revise${kind}`, at, ...said('second') };
  const remove = { type: `Delete${kind}`, at };

  /** The state after commands, all of which are accepted. */
  const after = (...commands: readonly object[]) =>
    commands.reduce((state, command) => {
      const decision = decider.decide(state, command);
      if ('rejected' in decision) throw new Error(decision.rejected.message);
      return decision.accepted.reduce(decider.evolve, state);
    }, decider.initial);
  const verdict = (state: object, command: object) => {
    const decision = decider.decide(state, command);
    return 'rejected' in decision ? decision.rejected.code : decision.accepted.map(({ type }) => type);
  };

  it('is made once', () => {
    expect(verdict(decider.initial, create)).toEqual([`${kind}Created`]);
    expect(verdict(after(create), create)).toBe('already-exists');
    expect(after(create)).toMatchObject({ status: 'live', ...said('first') });
  });

  it('is what it was made last', () => {
    expect(verdict(after(create), revise)).toEqual([`${kind}Revised`]);
    expect(after(create, revise)).toMatchObject({ status: 'live', ...said('second') });
  });

  it('is neither changed nor deleted where it never was, or is no more', () => {
    expect(verdict(after(create), remove)).toEqual([`${kind}Deleted`]);
    for (const state of [decider.initial, after(create, remove)]) {
      for (const command of [revise, remove]) expect(verdict(state, command)).toBe('not-found');
    }
    expect(verdict(after(create, remove), create)).toBe('already-exists');
  });
});
