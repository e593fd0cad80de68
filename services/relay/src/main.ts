import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startRelayService } from './service.ts';

await runService({ name: 'relay', env: process.env, loadConfig, start: startRelayService });
