import process from 'node:process';
import { connectEventStore } from '@karrio/event-store-client';
import { parseEnv } from '@karrio/process';
import { createLogger } from '@karrio/telemetry';
import { loadMasterKeys, masterKeyEnv, openVault } from '@karrio/vault';
import { z } from 'zod';
import { createCatalog } from '../catalog/catalog.ts';
import { followCatalog } from '../catalog/follow-catalog.ts';
import { readArguments, type PeopleRequest } from './arguments.ts';
import { changeEmail } from './change-email.ts';
import { resetPassword } from './reset-password.ts';

const Env = z.object({
  ...masterKeyEnv,
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
});

const run = async (request: Exclude<PeopleRequest, { refused: string }>): Promise<void> => {
  const env = parseEnv(Env, process.env);
  await using store = connectEventStore({ url: env.EVENTSTORE_URL, log: createLogger('people', 'warn') });
  const catalog = createCatalog();
  await using follower = followCatalog(store, catalog);
  await follower.ready;
  const { organizationsOf } = catalog;
  const vault = openVault({ masterKeys: loadMasterKeys(env), store });
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const ports = { store, vault, organizationsOf, now: Date.now, say };
  // Awaited here: the store closes with this function.
  await (request.command === 'reset-password'
    ? resetPassword(ports, request.who)
    : changeEmail(ports, request.who, request.email));
};

const request = readArguments(process.argv.slice(2));
if ('refused' in request) {
  process.stderr.write(`${request.refused}\n`);
  process.exit(2);
}
try {
  await run(request);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
