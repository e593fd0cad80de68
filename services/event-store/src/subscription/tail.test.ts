import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Catalog } from '../stream/catalog.ts';
import { createTail } from './tail.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A log whose every event is of the stream `orders`. */
const catalog = {
  index: { streams: { nameOf: () => 'orders' }, streamAt: () => 0 },
} as unknown as Catalog;

/** Waits again each time it is woken, as a subscription does. */
const follow = (tail: ReturnType<typeof createTail>, stream?: string) => {
  const seen = { wakes: 0 };
  const wait = () => tail.wait(stream, wake);
  const wake = () => {
    seen.wakes++;
    wait();
  };
  wait();
  return seen;
};

describe('who waits for the log', () => {
  it('is woken at once by the first write after a rest', () => {
    const tail = createTail(catalog);
    const reader = follow(tail);
    tail.notify(0, 1);
    expect(reader.wakes).toBe(1);
    vi.advanceTimersByTime(10);
    tail.notify(1, 2);
    expect(reader.wakes).toBe(2);
  });

  it('is woken once for all writes within 10 ms, and for the last of them', () => {
    const tail = createTail(catalog);
    const reader = follow(tail);
    for (let ordinal = 0; ordinal < 5; ordinal++) tail.notify(ordinal, ordinal + 1);
    expect(reader.wakes).toBe(1);
    vi.advanceTimersByTime(10);
    expect(reader.wakes).toBe(2);
    vi.advanceTimersByTime(100);
    expect(reader.wakes).toBe(2);
  });

  it('is not woken once it has stopped waiting', () => {
    const tail = createTail(catalog);
    const wake = vi.fn<() => void>();
    tail.wait(undefined, wake)();
    tail.notify(0, 1);
    vi.advanceTimersByTime(10);
    expect(wake).not.toHaveBeenCalled();
    expect(tail.waiting()).toBe(0);
  });
});

describe('who waits for a stream', () => {
  it('is woken by every write to it', () => {
    const tail = createTail(catalog);
    const reader = follow(tail, 'orders');
    for (let ordinal = 0; ordinal < 5; ordinal++) tail.notify(ordinal, ordinal + 1);
    expect(reader.wakes).toBe(5);
  });

  it('sleeps through writes to others', () => {
    const tail = createTail(catalog);
    const reader = follow(tail, 'returns');
    tail.notify(0, 1);
    expect(reader.wakes).toBe(0);
  });
});
