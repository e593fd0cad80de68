import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { httpConfig, httpEnv } from './http-config.ts';

const Env = z.object(httpEnv);

describe('the HTTP settings', () => {
  it('have defaults that permit nothing private', () => {
    expect(httpConfig(Env.parse({}))).toEqual({
      connectTimeoutMs: 5_000,
      timeoutMs: 30_000,
      requestBytesMax: 4 * 1024 * 1024,
      responseBytesMax: 8 * 1024 * 1024,
      circuit: { failuresMax: 5, openMs: 60_000 },
      egressAllow: { hosts: new Set(), blocks: [] },
    });
  });

  it('are refused at boot with the variable and the entry that is wrong', () => {
    const parsed = Env.safeParse({ EGRESS_ALLOW: 'localhost http://shop', HTTP_TIMEOUT_MS: '0' });
    const said = parsed.error ? z.prettifyError(parsed.error) : '';
    expect(said).toContain('EGRESS_ALLOW holds http://shop');
    expect(said).toContain('HTTP_TIMEOUT_MS');
  });
});
