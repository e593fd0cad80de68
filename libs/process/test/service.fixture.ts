/** A service whose start and stop behave as `START` and `STOP` say. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { opsConfig, opsEnv, parseEnv, runService } from '../src/index.ts';

const Env = z.object({
  ...opsEnv,
  START: z.enum(['well', 'fails', 'hangs', 'rejects later']),
  STOP: z.enum(['well', 'fails', 'hangs']).default('well'),
});

const never = () => delay(2 ** 31 - 1);

await runService({
  name: 'fixture',
  env: process.env,
  loadConfig: (env) => {
    const { START, STOP, ...ops } = parseEnv(Env, env);
    return { ...opsConfig(ops), start: START, stop: STOP };
  },
  start: async ({ start, stop }, log) => {
    if (start === 'fails') throw new Error('no connection');
    if (start === 'hangs') {
      log.info('starting');
      await never();
    }
    if (start === 'rejects later') setImmediate(() => void Promise.reject(new Error('forgotten')));
    return {
      [Symbol.asyncDispose]: async () => {
        log.info('disposed');
        if (stop === 'fails') throw new Error('could not close');
        if (stop === 'hangs') await never();
      },
    };
  },
});
