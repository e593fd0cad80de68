import { readFileSync } from 'node:fs';
import { connectEventStore } from '@karrio/event-store-client';
import { parseEnv } from '@karrio/process';
import { createLogger } from '@karrio/telemetry';
import { loadMasterKeys, masterKeyEnv, openVault } from '@karrio/vault';
import { z } from 'zod';
import { readArguments, type AuditRequest } from './arguments.ts';
import { verifyFile } from './verify-file.ts';
import { headsOf, orgsInLog, verifyLogs } from './verify-logs.ts';
import { readLinks } from './verify-org.ts';

const Env = z.object({
  ...masterKeyEnv,
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
});

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Whether all is well. */
const run = async (request: Exclude<AuditRequest, { refused: string }>): Promise<boolean> => {
  if (request.command === 'verify-file') return verifyFile(readFileSync(request.path, 'utf8'), say);
  const env = parseEnv(Env, process.env);
  await using store = connectEventStore({ url: env.EVENTSTORE_URL, log: createLogger('audit', 'warn') });
  if (request.command === 'heads') {
    for (const line of await headsOf(store, await orgsInLog(store))) say(line);
    return true;
  }
  if (request.command === 'export') {
    const { org } = request;
    for (const { entry, previous, hash } of await readLinks(store, org)) {
      say(JSON.stringify({ org, entry, previous, hash }));
    }
    return true;
  }
  const vault = openVault({ masterKeys: loadMasterKeys(env), store });
  const kept = request.keptHeads === undefined ? '' : readFileSync(request.keptHeads, 'utf8');
  // Awaited here: the store closes with this function.
  return await verifyLogs({ store, vault, say }, { org: request.org, kept });
};

const request = readArguments(process.argv.slice(2));
if ('refused' in request) {
  process.stderr.write(`${request.refused}\n`);
  process.exit(2);
}
try {
  if (!(await run(request))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}
