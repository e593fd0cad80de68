import { join } from 'node:path';
import { startNats, startPostgres } from '@karrio/embedded';
import type { TestProject } from 'vitest/node';
import type {} from './provided.ts';
import { removeAbandonedFolders, temporaryFolder } from './temporary-folder.ts';
import { toolsDir } from './tools-dir.ts';

/** What a test database loses in a crash, nobody misses. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };
const silent = () => undefined;

/** One PostgreSQL and one NATS for the whole run, on a folder that is removed after it. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  await removeAbandonedFolders();
  await using started = new AsyncDisposableStack();
  const folder = started.use(await temporaryFolder());
  const serverBin = process.env['NATS_SERVER_BIN'];
  const starting = [
    startPostgres({ dataDir: join(folder.path, 'postgres'), log: silent, settings }),
    startNats({ dataDir: join(folder.path, 'nats'), log: silent, toolsDir, serverBin }),
  ] as const;
  for (const server of await Promise.allSettled(starting)) {
    if (server.status === 'fulfilled') started.use(server.value);
  }
  const [postgres, nats] = await Promise.all(starting);
  project.provide('postgresUrl', postgres.url);
  project.provide('natsUrl', nats.url);
  const kept = started.move();
  return () => kept.disposeAsync();
};
