import { expect, it } from 'vitest';
import { anAction, aPlan } from '../plan/plan.fixture.ts';
import type { RunEvent } from './event.ts';
import { deadlineOf, next } from './interpreter.ts';
import { evolveRun, noRun } from './state.ts';

const time = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const plan = { ...aPlan([[anAction({ id: 'wact_a', slug: 'a' })]]), runTimeoutMs: 60_000 };

const requested: RunEvent = {
  type: 'RunRequested',
  data: { workflowId: 'w', planHash: 'h', eventType: 'manual', testMode: false, parameters: {}, at: time(0) },
};
const started: RunEvent = { type: 'RunStarted', data: { at: time(10) } };
const held = (since: number, until: number): RunEvent => ({
  type: 'RunHeld',
  data: { scope: 'workflow', since: time(since), until: time(until), by: 'key_1', at: time(until) },
});
/** When the run is over, in seconds. */
const deadlineAfter = (...events: readonly RunEvent[]) => {
  const run = [requested, started, ...events].reduce(evolveRun, noRun);
  if (run.status !== 'open') throw new Error('not open');
  return (Date.parse(deadlineOf(plan, run) ?? '') - Date.parse(time(0))) / 1_000;
};

it('the time of a pause does not count against the timeout of a run', () => {
  expect(deadlineAfter()).toBe(70);
  expect(deadlineAfter(held(20, 50))).toBe(100);
  const run = [requested, started, held(20, 50)].reduce(evolveRun, noRun);
  expect(next(plan, run, time(99))).toMatchObject({ perform: [{ attempt: { slug: 'a' } }] });
  expect(next(plan, run, time(100))).toMatchObject({ conclude: { type: 'RunFailed' } });
});

it.each([
  ['two pauses, of the workflow and the organisation, that overlap', [held(20, 40), held(30, 50)], 100],
  ['one within another', [held(20, 50), held(30, 40)], 100],
  ['a pause that began before the run did', [held(0, 30)], 90],
  ['a pause that was over before', [held(0, 5)], 70],
])('%s count each moment once', (_, events, deadline) => {
  expect(deadlineAfter(...events)).toBe(deadline);
});
