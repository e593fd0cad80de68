import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startExecutorService } from './service.ts';

await runService({ name: 'executor', env: process.env, loadConfig, start: startExecutorService });
