import { describe, expect, it } from 'vitest';
import { checkReadiness } from './readiness.ts';

describe('checkReadiness', () => {
  it('names each part that is not ready, with its error', async () => {
    const parts = await checkReadiness({
      nats: async () => 'pong',
      postgres: () => Promise.reject(new Error('connection refused')),
    });

    expect(parts).toEqual({ nats: { ok: true }, postgres: { ok: false, error: 'connection refused' } });
  });

  it('takes a check that throws before it promises anything as not ready', async () => {
    const parts = await checkReadiness({
      nats: () => {
        throw new Error('closed');
      },
    });

    expect(parts).toEqual({ nats: { ok: false, error: 'closed' } });
  });

  it('does not wait for a part that never answers', async () => {
    const parts = await checkReadiness({ nats: () => new Promise(() => undefined) }, 5);

    expect(parts).toEqual({ nats: { ok: false, error: 'no answer within 5 ms' } });
  });
});
