import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startEventStoreService } from './service.ts';

await runService({ name: 'event-store', env: process.env, loadConfig, start: startEventStoreService });
