import type { RunEvent } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { aLog, time } from '../../test/log.ts';
import { anAttempt } from '../../test/run-events.ts';
import { runActionChange } from './run-action.ts';
import { runChange } from './run.ts';

const failure = { code: 'http-status', message: 'The shop answered 503.' };
const failed = { ...anAttempt(), failure, startedAt: time(1), at: time(2) };
const changesOf = (event: RunEvent) => {
  const recorded = { ...aLog()('run-wevt_1', event), ...event };
  return { run: runChange('wevt_1', recorded), action: runActionChange('wevt_1', recorded) };
};

describe('a run', () => {
  it('waits for the next attempt, and shows when that is due beside why the last one failed', () => {
    const response = { status: 503, headers: {}, bytes: 4 };
    const data = { ...failed, response, output: { json: 'busy' }, dueAt: time(1_000) };
    const { run, action } = changesOf({ type: 'ActionRetryScheduled', data });
    expect(run).toMatchObject({ changed: { status: 'running', state: 'waiting' } });
    expect(action).toMatchObject({
      created: {
        status: 'failed',
        failure: { ...failure, retryAt: time(1_000) },
        response,
        output: { json: 'busy' },
        started_at: time(1),
        ended_at: time(2),
      },
    });
  });

  it('waits no longer when the attempt begins', () => {
    const request = { method: 'GET', url: 'u', headers: {}, body: null };
    const data = { ...anAttempt({ attempt: 2 }), request, idempotencyKey: 'k', at: time(3) };
    expect(changesOf({ type: 'ActionStarted', data }).run).toMatchObject({ changed: { state: null } });
  });

  it('shows why an answer is not known', () => {
    const { run, action } = changesOf({
      type: 'ActionOutcomeUnknown',
      data: { ...failed, resolution: 'fail' },
    });
    expect(run).toMatchObject({ changed: { state: 'outcome_unknown' } });
    expect(action).toMatchObject({ created: { status: 'outcome_unknown', failure, started_at: time(1) } });
  });
});
