import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awaitEnd, type Awaited } from './await-end.ts';

const end = { runId: 'wevt_1', status: 'success', position: '7' } as const;
const never = new Promise<typeof end>(() => {});

const waitFor = (over: Partial<Awaited>) =>
  awaitEnd({ ended: never, waitMs: 3_000, read: async () => undefined, isRepeated: false, ...over });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('waiting for a run’s end', () => {
  it('takes the notice without reading anything', async () => {
    const read = () => Promise.reject(new Error('Postgres was asked'));
    expect(await waitFor({ ended: Promise.resolve(end), read })).toEqual(end);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks the read model every second where no notice comes', async () => {
    let asked = 0;
    const ended = waitFor({ read: async () => (++asked === 2 ? end : undefined) });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual(end);
  });

  it('asks the read model at once where the run may have ended long ago', async () => {
    const ended = waitFor({ isRepeated: true, read: async () => end });
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual(end);
  });

  it('hopes on for the notice while Postgres is away', async () => {
    const { promise, resolve } = Promise.withResolvers<typeof end>();
    const ended = waitFor({ ended: promise, read: () => Promise.reject(new Error('away')) });
    await vi.advanceTimersByTimeAsync(1_500);
    resolve(end);
    expect(await ended).toEqual(end);
  });

  it('gives up when the wait is over, having looked once more', async () => {
    let asked = 0;
    const ended = waitFor({ waitMs: 50, read: async () => void asked++ });
    await vi.advanceTimersByTimeAsync(50);
    expect([await ended, asked]).toEqual([undefined, 1]);
  });
});
