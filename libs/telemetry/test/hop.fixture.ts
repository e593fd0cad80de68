/** One process of a trace: `<name> [traceparent]`. Prints the traceparent that the next one continues. */
import { setImmediate } from 'node:timers/promises';
import { attribute, createLogger, currentTraceparent, traced, withTraceparent } from '../src/index.ts';

const [name = 'hop', traceparent] = process.argv.slice(2);
const log = createLogger(name, 'info');

await withTraceparent(traceparent, () =>
  traced(name, { [attribute.run]: 'run_1' }, async () => {
    await setImmediate();
    await traced(`${name} inner`, {}, async () => {
      await setImmediate();
      log.info({ traceparent: currentTraceparent() }, 'inside');
    });
    const refused = Object.assign(new Error('GET http://host/?token=hidden'), { name: 'Refused' });
    await traced(`${name} failing`, {}, () => Promise.reject(refused)).catch(() => undefined);
  }),
);
log.info('outside');
