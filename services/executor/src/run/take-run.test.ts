import { expect, it } from 'vitest';
import { createHoldings } from './holdings.ts';
import { createTakeRun, type Progress } from './take-run.ts';

const delivery = { attempt: 1, subject: 's' };

/** `look` is what one look at the run finds, and how far it comes. */
const taking = (look: (nth: number) => Promise<Progress>) => {
  const holdings = createHoldings();
  let looks = 0;
  const take = createTakeRun({
    holdings,
    parkFailing: (_, work) => work(),
    execute: () => look(++looks),
    hasSeen: async () => true,
  });
  return { holdings, looks: () => looks, wake: () => take({ runId: 'wevt_1' }, delivery) };
};

it('a run that is resumed while its executor lets it go is looked at once more', async () => {
  const run = taking(async (nth) => {
    // The stream was read, and the run found paused; only then is it resumed.
    if (nth === 1) await run.wake();
    return nth === 1 ? 'left' : 'ended';
  });
  await run.wake();
  expect(run.looks()).toBe(2);
  expect(run.holdings.has('wevt_1')).toBe(false);
});

it('a run that nobody woke again is looked at once', async () => {
  const run = taking(async () => 'left');
  await run.wake();
  expect([run.looks(), run.holdings.has('wevt_1')]).toEqual([1, false]);
});

it('a run that ended is not looked at again, however often it was woken', async () => {
  const run = taking(async () => {
    await Promise.all([run.wake(), run.wake()]);
    return 'ended';
  });
  await run.wake();
  expect(run.looks()).toBe(1);
});

it('a run whose work broke off is free for whoever comes next', async () => {
  const run = taking(() => Promise.reject(new Error('away')));
  await expect(run.wake()).rejects.toThrow('away');
  await expect(run.wake()).rejects.toThrow('away');
  expect(run.looks()).toBe(2);
});

it('a holder that let go does not take the run from the next one', () => {
  const { holdings } = taking(async () => 'left');
  const first = holdings.take('wevt_1');
  first?.letGo();
  const second = holdings.take('wevt_1');
  first?.[Symbol.dispose]();
  expect([second !== undefined, holdings.has('wevt_1')]).toEqual([true, true]);
});
