import { setTimeout as pause } from 'node:timers/promises';
import { connectEventStore } from '@karrio/event-store-client';
import { parseEnv } from '@karrio/process';
import { createLogger } from '@karrio/telemetry';
import { loadMasterKeys, masterKeyEnv, openVault } from '@karrio/vault';
import { z } from 'zod';
import { createCatalog } from '../catalog/catalog.ts';
import { followCatalog } from '../catalog/follow-catalog.ts';
import { readArguments, type VaultRequest } from './arguments.ts';
import { destroyKey } from './destroy-key.ts';
import { rotateDataKey } from './rotate-data-key.ts';
import { rotateMaster } from './rotate-master.ts';
import { status } from './status.ts';
import type { VaultPorts } from './vault-ports.ts';

const Env = z.object({
  ...masterKeyEnv,
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
});

const perform = (request: Exclude<VaultRequest, { refused: string }>, ports: VaultPorts): Promise<void> => {
  switch (request.command) {
    case 'status':
      return status(ports);
    case 'rotate-master':
      return rotateMaster(ports);
    case 'rotate-data-key':
      return rotateDataKey(ports, request.org);
    case 'destroy':
      return destroyKey(ports, request.org);
  }
};

const run = async (request: Exclude<VaultRequest, { refused: string }>) => {
  const env = parseEnv(Env, process.env);
  const masterKeys = loadMasterKeys(env);
  const log = createLogger('vault', 'warn');
  await using store = connectEventStore({ url: env.EVENTSTORE_URL, log });
  const catalog = createCatalog();
  await using follower = followCatalog(store, catalog);
  await follower.ready;
  await perform(request, {
    store,
    catalog,
    masterKeys,
    vault: openVault({ masterKeys, store }),
    now: Date.now,
    pause: (ms) => pause(ms),
    say: (line) => void process.stdout.write(`${line}\n`),
  });
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
