import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startRulesService } from './service.ts';

await runService({ name: 'rules', env: process.env, loadConfig, start: startRulesService });
