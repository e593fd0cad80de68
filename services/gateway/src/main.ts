import process from 'node:process';
import { runService } from '@karrio/process';
import { loadConfig } from './config.ts';
import { startGatewayService } from './service.ts';

await runService({ name: 'gateway', env: process.env, loadConfig, start: startGatewayService });
