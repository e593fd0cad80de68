import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSubscription } from './watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const everyMs = 100;

/** A subscription that stands at 1, and a log that has what the test says. */
const aSubscription = () => {
  const stalls: Error[] = [];
  const log = { next: undefined as bigint | undefined, isBusy: false };
  const watchdog = watchSubscription({
    from: 1n,
    everyMs,
    isBusy: () => log.isBusy,
    nextAfter: async () => log.next,
    onStall: (error) => stalls.push(error),
  });
  return { stalls, log, watchdog, looks: (count: number) => vi.advanceTimersByTimeAsync(count * everyMs) };
};

describe('a quiet subscription', () => {
  it('is held for stalled where two looks in a row find that the log has more', async () => {
    const { stalls, log, looks } = aSubscription();
    await looks(10);
    expect(stalls).toEqual([]);
    log.next = 2n;
    await looks(1);
    // What was written a moment ago may be on its way.
    expect(stalls).toEqual([]);
    await looks(1);
    expect(stalls).toMatchObject([{ name: 'StoreUnavailable', reason: 'silent' }]);
  });

  it('is not where it was heard between two looks', async () => {
    const { stalls, log, watchdog, looks } = aSubscription();
    await looks(2);
    for (let position = 2n; position < 12n; position++) {
      log.next = position;
      await looks(1);
      watchdog.heard(position);
      log.next = undefined;
      await looks(1);
    }
    expect(stalls).toEqual([]);
  });

  it('is not looked at while its reader is behind', async () => {
    const { stalls, log, looks } = aSubscription();
    log.isBusy = true;
    log.next = 2n;
    await looks(10);
    expect(stalls).toEqual([]);
  });
});
