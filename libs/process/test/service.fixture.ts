/** A service whose start and stop behave as `START` and `STOP` say. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { opsConfig, opsEnv, parseEnv, runService } from '../src/index.ts';

const Env = z.object({
  ...opsEnv,
  START: z.enum(['well', 'fails', 'hangs', 'rejects later']),
  STOP: z.enum(['well', 'fails', 'hangs']).default('well'),
});

// The channel may be gone before this is loaded.
if (process.env['LOAD'] === 'until disconnected' && process.connected) await once(process, 'disconnect');

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
    // A real service's sockets keep the process up.
    const open = setInterval(() => undefined, 1_000);
    return {
      [Symbol.asyncDispose]: async () => {
        log.info('disposed');
        clearInterval(open);
        if (stop === 'fails') throw new Error('could not close');
        if (stop === 'hangs') await never();
      },
    };
  },
});
