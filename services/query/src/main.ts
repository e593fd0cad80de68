import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startQueryService } from './service.ts';

await runService({ name: 'query', env: process.env, loadConfig, start: startQueryService });
