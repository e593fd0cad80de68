import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startCommandService } from './service.ts';

await runService({ name: 'command', env: process.env, loadConfig, start: startCommandService });
