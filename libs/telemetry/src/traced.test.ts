import { describe, expect, it } from 'vitest';
import { traced } from './traced.ts';
import { currentTraceparent, withTraceparent } from './traceparent.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('without a tracer provider', () => {
  it('does the work and gives its result', async () => {
    expect(await traced('work', {}, async () => 42)).toBe(42);
  });

  it('throws what the work threw', async () => {
    const failure = new Error('failed');

    await expect(traced('work', {}, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('has no traceparent to pass on', async () => {
    const seen = await traced('work', {}, async () => withTraceparent(traceparent, currentTraceparent));

    expect(seen).toBeUndefined();
  });
});
