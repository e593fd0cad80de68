import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { opsConfig, opsEnv, parseEnv, portEnv } from './env.ts';

const Env = z.object({ ...opsEnv, NATS_URL: z.url(), HTTP_PORT: portEnv(8080) });
const natsUrl = 'nats://127.0.0.1:4222';

describe('parseEnv', () => {
  it('gives the typed values and fills in the defaults', () => {
    expect(parseEnv(Env, { NATS_URL: natsUrl, OPS_PORT: '9090' })).toEqual({
      NATS_URL: natsUrl,
      HTTP_PORT: 8080,
      OPS_HOST: '127.0.0.1',
      OPS_PORT: 9090,
      LOG_LEVEL: 'info',
      SHUTDOWN_GRACE_MS: 10_000,
    });
  });

  it('names every variable that is missing or malformed at once, and says what to do', () => {
    const attempt = () => parseEnv(Env, { HTTP_PORT: '70000', LOG_LEVEL: 'loud' });

    expect(attempt).toThrow(/set them and start again/);
    for (const name of ['NATS_URL', 'HTTP_PORT', 'LOG_LEVEL']) expect(attempt).toThrow(name);
  });

  it('takes a variable that is set to nothing as missing', () => {
    expect(() => parseEnv(Env, { NATS_URL: '' })).toThrow(/NATS_URL/);
    expect(parseEnv(Env, { NATS_URL: natsUrl, HTTP_PORT: '' }).HTTP_PORT).toBe(8080);
  });

  it('does not quote the value of a variable', () => {
    expect(() => parseEnv(Env, { NATS_URL: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('opsConfig', () => {
  it('names what every service shares the way its config does', () => {
    const env = parseEnv(Env, { NATS_URL: natsUrl, OPS_HOST: '0.0.0.0', OPS_PORT: '1', LOG_LEVEL: 'warn' });

    expect(opsConfig(env)).toEqual({
      opsHost: '0.0.0.0',
      opsPort: 1,
      logLevel: 'warn',
      shutdownGraceMs: 10_000,
    });
  });
});
