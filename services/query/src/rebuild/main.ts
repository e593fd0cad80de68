import { connectEventStore } from '@karrio/event-store-client';
import { parseEnv } from '@karrio/process';
import { createLogger } from '@karrio/telemetry';
import { z } from 'zod';
import { sourceEnv } from '../config.ts';
import { rebuild } from './rebuild.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

try {
  const env = parseEnv(z.object(sourceEnv), process.env);
  const log = createLogger('rebuild', 'warn');
  await using store = connectEventStore({ url: env.EVENTSTORE_URL, log });
  for (const { table, former, now } of await rebuild({ databaseUrl: env.DATABASE_URL, store, log })) {
    say(`${table}: ${now} rows${now === former ? '' : `, ${former} before`}`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
