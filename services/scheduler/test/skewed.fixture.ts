/** The scheduler, whose clock is ahead by SKEW_MS. */
import { runService } from '@karrio/process';
import { loadConfig } from '../src/config.ts';
import { startSchedulerService } from '../src/service.ts';

const skewMs = Number(process.env['SKEW_MS']);

await runService({
  name: 'scheduler',
  env: process.env,
  loadConfig,
  start: (config, log) => startSchedulerService(config, log, () => Date.now() + skewMs),
});
