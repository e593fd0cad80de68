import { describe, expect, it } from 'vitest';
import { anAction as plannedAction, aPlan } from '../plan/plan.fixture.ts';
import { planRerun } from './rerun.ts';
import type { ActionProgress } from './state.ts';

const at = '2026-11-22T09:00:00.000Z';

const anAction = (slug: string, actionType: 'http_request' | 'data_mapping' = 'http_request') =>
  plannedAction({ id: `wact_${slug}`, slug, actionType, method: 'post' });

const plan = aPlan([
  [anAction('fetch')],
  [anAction('map', 'data_mapping'), anAction('label')],
  [anAction('notify')],
]);

const done: ActionProgress = { is: 'succeeded', attempt: 2, output: { json: 1 }, passed: true };
const failed: ActionProgress = { is: 'failed', attempt: 1, failure: { code: 'x', message: 'x' } };
const original = (actions: Readonly<Record<string, ActionProgress>>) => ({
  runId: 'wevt_1',
  actions: new Map(Object.entries(actions)),
});
const shown = (outcome: ReturnType<typeof planRerun>) =>
  'reused' in outcome
    ? {
        reused: outcome.reused.map(({ data }) => data.slug),
        repeated: outcome.repeated.map(({ slug, hadEffect }) => `${slug}${hadEffect ? '!' : ''}`),
      }
    : outcome;

describe('a rerun', () => {
  const broken = original({ fetch: done, map: done, label: failed });

  it('of the whole does everything again, and names what had left', () => {
    expect(shown(planRerun(plan, broken, { kind: 'whole', from: null }, at))).toEqual({
      reused: [],
      repeated: ['fetch!', 'map', 'label!', 'notify'],
    });
  });

  it('from the failed step keeps all that succeeded, its siblings among it', () => {
    const outcome = planRerun(plan, broken, { kind: 'from-failed', from: null }, at);
    expect(shown(outcome)).toEqual({ reused: ['fetch', 'map'], repeated: ['label!', 'notify'] });
    expect(outcome).toMatchObject({
      reused: [{ data: { runId: 'wevt_1', attempt: 2, output: { json: 1 } } }, {}],
    });
  });

  it('from a chosen step keeps what lies before it', () => {
    const all = original({ fetch: done, map: done, label: done, notify: done });
    expect(shown(planRerun(plan, all, { kind: 'fork', from: 'label' }, at))).toEqual({
      reused: ['fetch'],
      repeated: ['map', 'label!', 'notify!'],
    });
  });

  it('cannot begin behind a step that has no outcome', () => {
    expect(planRerun(plan, broken, { kind: 'fork', from: 'notify' }, at)).toEqual({ missing: 'label' });
  });

  it('cannot begin at a step that the plan does not have', () => {
    expect(planRerun(plan, broken, { kind: 'fork', from: 'gone' }, at)).toEqual({ unknown: 'gone' });
  });
});
