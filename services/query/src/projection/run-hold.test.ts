import type { RunEvent } from '@karrio/domain';
import { runStateOf } from '@karrio/read-model';
import { describe, expect, it } from 'vitest';
import { aLog, time } from '../../test/log.ts';
import { aHeldRun, anAttempt, requested, runStream } from '../../test/run-events.ts';
import { changesOf } from './batch.ts';

const rowsAfter = (events: readonly RunEvent[]) => {
  const record = aLog();
  const stream = runStream();
  return changesOf(
    events.map((event) => record(stream, event)),
    new Set(),
  ).rows;
};
const runAfter = (...events: readonly RunEvent[]) => {
  const [row] = rowsAfter([requested(), ...events]).run.created;
  if (!row) throw new Error('no row');
  return { ...row, shown: runStateOf(row, false) };
};

const by = 'key_1';
const started: RunEvent = { type: 'RunStarted', data: { at: time(1) } };
const paused: RunEvent = { type: 'RunPaused', data: { by, at: time(2) } };
const succeeded: RunEvent = {
  type: 'ActionSucceeded',
  data: { ...anAttempt(), output: { json: 1 }, startedAt: time(1), at: time(3) },
};
const unknown: RunEvent = {
  type: 'ActionOutcomeUnknown',
  data: { ...anAttempt(), resolution: 'park', at: time(3) },
};
const parked: RunEvent = {
  type: 'RunParked',
  data: { cause: 'outcome-unknown', message: 'Ask', action: 'fetch_orders', at: time(4) },
};
const settled: RunEvent = {
  type: 'ActionSettled',
  data: { ...anAttempt(), as: 'succeeded', output: { json: 2 }, note: 'Asked', by, at: time(5) },
};

describe('a run that people hold', () => {
  it('stays paused through the end of what was under way, until it is resumed', () => {
    expect(runAfter(started, paused, succeeded).shown).toBe('paused');
    const resumed: RunEvent = { type: 'RunResumed', data: { by, at: time(4) } };
    expect(runAfter(started, paused, succeeded, resumed).shown).toBe(null);
  });

  it('that nobody has begun is pending, also when it is paused', () => {
    expect(runAfter(paused)).toMatchObject({ status: 'pending', shown: 'paused' });
  });

  it('waits again for its time when it is resumed', () => {
    const waiting: RunEvent = { type: 'RunWaiting', data: { until: time(9_000), at: time(2) } };
    const resumed: RunEvent = { type: 'RunResumed', data: { by, at: time(4) } };
    expect(runAfter(started, waiting, paused).shown).toBe('paused');
    expect(runAfter(started, waiting, paused, resumed)).toMatchObject({
      shown: 'waiting',
      waiting_until: time(9_000),
    });
  });

  it('is parked until its action is settled, and says for what and since when', () => {
    const run = runAfter(started, unknown, parked);
    expect(run).toMatchObject({
      shown: 'parked',
      parked: { cause: 'outcome-unknown', message: 'Ask', action: 'fetch_orders', since: time(4) },
    });
    expect(runAfter(started, unknown, parked, settled)).toMatchObject({ shown: null, parked: null });
  });

  it('is cancelling until it has ended, and keeps who cancelled it and why', () => {
    const asked: RunEvent = { type: 'RunCancelRequested', data: { by, reason: 'Wrong', at: time(2) } };
    expect(runAfter(started, asked)).toMatchObject({ status: 'running', shown: 'cancelling' });
    const end = { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at: time(3) } as const;
    const cancelled: RunEvent = { type: 'RunCancelled', data: { ...end, by, reason: 'Wrong' } };
    expect(runAfter(started, paused, asked, cancelled)).toMatchObject({
      status: 'cancelled',
      shown: null,
      is_paused: false,
      cancel: { by, reason: 'Wrong', at: time(2) },
    });
  });

  it('is changed in no way by an outcome that came too late', () => {
    const late: RunEvent = {
      type: 'ActionCompletedLate',
      data: { ...anAttempt(), succeeded: true, startedAt: time(1), at: time(6) },
    };
    expect(runAfter(started, unknown, parked, late).shown).toBe('parked');
  });

  it('has a note of all that people did, and of what was found out', () => {
    expect(rowsAfter(aHeldRun()).run_note.created.map(({ type, slug }) => [type, slug])).toEqual([
      ['RunPaused', null],
      ['RunResumed', null],
      ['ActionProbed', 'fetch_orders'],
      ['RunParked', null],
      ['ActionSettled', 'fetch_orders'],
      ['RunHeld', null],
      ['RunTakenAgain', null],
      ['RunCancelRequested', null],
      ['ActionCompletedLate', 'fetch_orders'],
    ]);
  });
});

it.each(['sibling-failed', 'run-cancelled', 'run-timed-out'] as const)(
  'an attempt that was given up says that it was because of %s',
  (because) => {
    const cancelled: RunEvent = {
      type: 'ActionCancelled',
      data: { ...anAttempt(), because, startedAt: time(2), at: time(3) },
    };
    expect(rowsAfter([requested(), started, cancelled]).run_action.created).toMatchObject([
      { status: 'cancelled', failure: { code: because, message: expect.stringContaining('is not known') } },
    ]);
  },
);
