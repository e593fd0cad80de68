import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startSchedulerService } from './service.ts';

await runService({ name: 'scheduler', env: process.env, loadConfig, start: startSchedulerService });
