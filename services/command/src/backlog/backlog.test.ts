import { describe, expect, it } from 'vitest';
import { createBacklog } from './backlog.ts';

const aFact = (type: string, runId: string, org = 'a') => ({ type, org, runId });

describe('the backlog of an organisation', () => {
  it('takes no more than its limit, and more when one has ended', () => {
    const backlog = createBacklog(2);
    backlog.becomeReady();
    expect(['r1', 'r2', 'r3'].map((runId) => backlog.begin('a', runId))).toEqual([true, true, false]);
    expect(backlog.begin('b', 'r4')).toBe(true);
    backlog.apply(aFact('RunFailed', 'r1'));
    expect(backlog.begin('a', 'r3')).toBe(true);
  });

  it('counts a run once, and lets its repetition through', () => {
    const backlog = createBacklog(1);
    backlog.becomeReady();
    backlog.begin('a', 'r1');
    backlog.apply(aFact('RunRequested', 'r1'));
    expect(backlog.begin('a', 'r1')).toBe(true);
    expect(backlog.count()).toBe(1);
  });

  it('does not count what was not written', () => {
    const backlog = createBacklog(1);
    backlog.becomeReady();
    backlog.begin('a', 'r1');
    backlog.cancel('a', 'r1');
    expect(backlog.begin('a', 'r2')).toBe(true);
  });

  it('does not count again what ended before it was asked for once more', () => {
    const backlog = createBacklog(1);
    backlog.becomeReady();
    for (const type of ['RunRequested', 'RunSucceeded']) backlog.apply(aFact(type, 'r1'));
    backlog.reached(7n);
    backlog.begin('a', 'r1');
    expect([backlog.written('a', 'r1', 5n), backlog.count()]).toEqual([false, 0]);
    // One that was written now is not followed yet, or it was seen to begin.
    backlog.begin('a', 'r2');
    expect([backlog.written('a', 'r2', 8n), backlog.count()]).toEqual([true, 1]);
    backlog.apply(aFact('RunRequested', 'r2'));
    backlog.reached(8n);
    backlog.begin('a', 'r2');
    expect([backlog.written('a', 'r2', 8n), backlog.count()]).toEqual([true, 1]);
  });

  it('goes on counting a run that is open when it is asked for once more in vain', () => {
    const backlog = createBacklog(1);
    backlog.apply(aFact('RunRequested', 'r1'));
    backlog.begin('a', 'r1');
    backlog.cancel('a', 'r1');
    expect(backlog.count()).toBe(1);
  });

  it('refuses nothing while the log is read, and then what is over the limit', () => {
    const backlog = createBacklog(1);
    for (const runId of ['r1', 'r2']) backlog.apply(aFact('RunRequested', runId));
    expect(backlog.begin('a', 'r3')).toBe(true);
    backlog.becomeReady();
    expect(backlog.begin('a', 'r4')).toBe(false);
    for (const runId of ['r1', 'r2', 'r3']) backlog.apply(aFact('RunSucceeded', runId));
    expect([backlog.begin('a', 'r4'), backlog.count()]).toEqual([true, 1]);
  });
});
