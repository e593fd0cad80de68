import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startPostgres } from '@karrio/embedded';
import { connectEventStore } from '@karrio/event-store-client';
import { findRun, openReadModel } from '@karrio/read-model';
import { createLogger } from '@karrio/telemetry';
import { eventually, natsUrl, startEventStore, temporaryFolder } from '@karrio/testing';
import { expect, it } from 'vitest';
import { startQueryService } from '../src/service.ts';
import { orgId } from './log.ts';
import { aSuccessfulRun, runStream } from './run-events.ts';

const log = createLogger('query', 'silent');
const metadata = {
  org: orgId,
  actor: 'key_1',
  $correlationId: 'req_1',
  $causationId: 'cmd_1',
  schema: 1,
} as const;

it('waits for a Postgres that is away, at the start and later, and loses nothing', async () => {
  await using folder = await temporaryFolder();
  await using events = await startEventStore();
  await using store = connectEventStore({ url: events.url, log });
  const dataDir = join(folder.path, 'postgres');
  const postgres = (port?: number) => startPostgres({ dataDir, port, log: () => undefined });
  const { url, port, stop } = await postgres();
  await stop();

  await using service = await startQueryService(
    {
      databaseUrl: url,
      eventStoreUrl: events.url,
      natsUrl: await natsUrl(),
      opsHost: '127.0.0.1',
      opsPort: 0,
    },
    log,
  );
  const readiness = async () => {
    const response = await fetch(`http://127.0.0.1:${service.port}/readyz`);
    return { status: response.status, parts: JSON.stringify(await response.json()) };
  };
  const append = async () => {
    const stream = runStream();
    const run = aSuccessfulRun().map((event) => ({ ...event, id: randomUUID(), metadata }));
    await store.append(stream, run, 'no-stream');
    return stream.slice('run-'.length);
  };
  await using readModel = openReadModel({ url, poolMax: 1, applicationName: 'test' });
  const isShown = (id: string) =>
    eventually(`${id} is shown`, async () => (await findRun(readModel.db, orgId, id))?.status === 'success');

  const before = await append();
  await eventually('it says what is missing', async () => {
    const { status, parts } = await readiness();
    return status === 503 && /"postgres":\{"ok":false/.test(parts);
  });
  await using first = await postgres(port);
  await isShown(before);
  await eventually('it is ready', async () => (await readiness()).status === 200);

  await first.kill();
  const during = await append();
  await eventually('it says so again', async () => (await readiness()).status === 503);
  await using second = await postgres(port);
  await isShown(during);
  await isShown(before);
  expect(second.port).toBe(port);
});
