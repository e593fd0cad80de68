import { describe, expect, it } from 'vitest';
import { aFact, aPause, aWait } from './open-run.fixture.ts';
import { createOpenRuns } from './open-runs.ts';

const settings = { wakeAfterMs: 1_000, wakeAgainMs: 30_000 };

const begun = (runId = 'wevt_1') => {
  const runs = createOpenRuns(settings);
  runs.take(aFact('RunRequested', runId), 0);
  const due = (nowMs: number) => runs.due(nowMs, 100).map(({ run, wakes }) => [run.runId, wakes]);
  return { ...runs, due };
};

describe('a run that has not ended', () => {
  it('is woken after a while, and again each time the interval has passed', () => {
    const { due } = begun();
    expect(due(999)).toEqual([]);
    expect(due(1_000)).toEqual([['wevt_1', 0]]);
    expect(due(30_999)).toEqual([]);
    expect(due(31_000)).toEqual([['wevt_1', 1]]);
  });

  it('is woken when its time has come, not before, and again if it does not move then', () => {
    const { due, take } = begun();
    take(aWait('wevt_1', 60_000), 10);
    expect(due(59_999)).toEqual([]);
    // The first wake-up arrived, or it would not have moved: this one is another.
    expect(due(60_000)).toEqual([['wevt_1', 1]]);
    expect(due(89_999)).toEqual([]);
    expect(due(90_000)).toEqual([['wevt_1', 2]]);
  });

  it('is woken at the last time that it told', () => {
    const { due, take } = begun();
    take(aWait('wevt_1', 60_000), 10);
    take(aWait('wevt_1', 20_000), 20);
    expect(due(20_000)).toHaveLength(1);
    take(aWait('wevt_1', 70_000), 20_000);
    expect(due(60_000)).toEqual([]);
    expect(due(70_000)).toHaveLength(1);
  });

  it.each([
    ['RunPaused', {}, 'RunResumed', {}],
    ['RunParked', { action: 'a' }, 'ActionSettled', { slug: 'a' }],
    ['RunParked', {}, 'RunRedriven', {}],
  ])('is not woken after %s %j, until %s', (held, heldBy, released, releasedBy) => {
    const { due, take } = begun();
    take(aWait('wevt_1', 60_000), 10);
    take(aFact(held, 'wevt_1', heldBy), 20);
    expect(due(1e9)).toEqual([]);
    take(aFact(released, 'wevt_1', releasedBy), 1e9);
    // Its executor says anew until when it waits.
    expect(due(1e9 + 999)).toEqual([]);
    expect(due(1e9 + 1_000)).toEqual([['wevt_1', 1]]);
  });

  it('goes on when any of its actions is settled: where more is open, it is parked again for that', () => {
    const { due, take } = begun();
    take(aFact('RunParked', 'wevt_1', { action: 'a' }), 20);
    take(aFact('ActionSettled', 'wevt_1', { slug: 'b' }), 30);
    expect(due(1_030)).toHaveLength(1);
  });

  it('is woken though it is paused when it is to be cancelled', () => {
    const { due, take } = begun();
    take(aFact('RunPaused', 'wevt_1'), 20);
    take(aFact('RunCancelRequested', 'wevt_1'), 30);
    expect(due(1_030)).toHaveLength(1);
  });

  it.each(['RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled'])('is forgotten at %s', (end) => {
    const { due, take, count } = begun();
    take(aWait('wevt_1', 60_000), 5);
    take(aFact(end, 'wevt_1'), 10);
    expect(due(1e9)).toEqual([]);
    expect(count()).toBe(0);
  });

  it('that could not be woken is due again soon', () => {
    const { due, postpone } = begun();
    due(1_000);
    postpone('wevt_1', 2_000);
    expect(due(1_999)).toEqual([]);
    expect(due(2_000)).toHaveLength(1);
  });

  it('is not woken by a postponement when a person has it held meanwhile', () => {
    const { due, postpone, take } = begun();
    due(1_000);
    take(aFact('RunPaused', 'wevt_1'), 1_010);
    postpone('wevt_1', 2_000);
    expect(due(1e9)).toEqual([]);
  });

  it('is as it was after a restart, but for how often it was woken', () => {
    const { take, all } = begun();
    take(aFact('RunRequested', 'wevt_2'), 0);
    take(aFact('RunRequested', 'wevt_3'), 0);
    take(aWait('wevt_1', 60_000), 5);
    take(aFact('RunParked', 'wevt_2', { action: 'a' }), 5);
    const restarted = createOpenRuns(settings);
    restarted.restore(all(), 10_000);
    const due = (nowMs: number) => restarted.due(nowMs, 100).map(({ run }) => run.runId);
    expect(due(11_000)).toEqual(['wevt_3']);
    expect(due(60_000)).toContain('wevt_1');
    restarted.take(aFact('ActionSettled', 'wevt_2', { slug: 'a' }), 60_000);
    expect(due(61_000)).toEqual(['wevt_2']);
  });
});

describe.each(['wkfl_1', 'org_1'])('while %s is paused', (id) => {
  const paused = () => {
    const runs = createOpenRuns(settings);
    runs.take(aFact('RunRequested', 'wevt_1', { workflowId: 'wkfl_1' }), 0);
    runs.take(aPause('RunsPaused', id), 10);
    const due = (nowMs: number) => runs.due(nowMs, 100).map(({ run, wakes }) => [run.runId, wakes]);
    return { ...runs, due };
  };

  it('no run of it is woken, and all are, at once, when it is resumed', () => {
    const { due, take, countByState } = paused();
    take(aFact('RunRequested', 'wevt_2', { workflowId: 'wkfl_1' }), 20);
    expect(due(1e6)).toEqual([]);
    expect(countByState()).toEqual({ active: 0, waiting: 0, held: 2 });
    take(aPause('RunsResumed', id), 1e6);
    // An executor may have dropped the wake-up of a run that it held: another id, or it is taken for a repetition.
    expect(due(1e6)).toEqual([
      ['wevt_1', 1],
      ['wevt_2', 1],
    ]);
  });

  it('a run that waits for a time still waits for it when it is resumed', () => {
    const { due, take } = paused();
    take(aWait('wevt_1', 60_000), 20);
    take(aPause('RunsResumed', id), 30);
    expect(due(59_999)).toEqual([]);
    expect(due(60_000)).toHaveLength(1);
  });

  it('a run that a person has held stays so when it is resumed', () => {
    const { due, take } = paused();
    take(aFact('RunPaused', 'wevt_1'), 20);
    take(aPause('RunsResumed', id), 30);
    expect(due(1e9)).toEqual([]);
  });

  it('a run that is to be cancelled is woken, and those of others are', () => {
    const { due, take } = paused();
    const other = aFact('RunRequested', 'wevt_2', { workflowId: 'wkfl_2' });
    take({ ...other, metadata: { ...other.metadata, org: 'org_2' } }, 20);
    take(aFact('RunCancelRequested', 'wevt_1'), 20);
    expect(due(1_020).map(([runId]) => runId)).toEqual(['wevt_1', 'wevt_2']);
  });

  it('that is known after a restart', () => {
    const { all } = paused();
    const restarted = createOpenRuns(settings);
    restarted.restore(all(), 0);
    expect(restarted.due(1e9, 100)).toEqual([]);
    restarted.take(aPause('RunsResumed', id), 1e9);
    expect(restarted.due(1e9, 100)).toHaveLength(1);
    expect(restarted.pausesSeen()).toBe(1n);
  });
});

it('many runs are woken in the order of their times, so many at once, each once', () => {
  const runs = createOpenRuns(settings);
  const ids = Array.from({ length: 20_000 }, (_, index) => `wevt_${index}`);
  for (const [index, id] of ids.entries()) {
    runs.take(aFact('RunRequested', id), 0);
    // Each tells several times, which leaves alarms behind.
    for (const untilMs of [9_000_000, 5_000_000]) runs.take(aWait(id, untilMs), 1);
    runs.take(aWait(id, 1_000_000 + ((index * 7_919) % 20_000)), 2);
  }
  const woken: string[] = [];
  const times: number[] = [];
  for (let due = runs.due(1_020_000, 500); due.length > 0; due = runs.due(1_020_000, 500)) {
    expect(due.length).toBeLessThanOrEqual(500);
    woken.push(...due.map(({ run }) => run.runId));
    times.push(...due.map(({ dueMs }) => dueMs));
  }
  expect(new Set(woken).size).toBe(ids.length);
  expect(woken).toHaveLength(ids.length);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});
