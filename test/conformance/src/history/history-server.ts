import { EventStoreDBClient } from '@eventstore/db-client';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { serverUrl } from '../config.ts';

/** A server whose histories may stop it in between; one that a URL names goes on. */
export type HistoryServer = AsyncDisposable &
  Readonly<{ client: () => EventStoreDBClient; restart: (how: 'kill' | 'stop') => Promise<void> }>;

export const historyServer = async (): Promise<HistoryServer> => {
  if (serverUrl !== undefined) {
    const client = EventStoreDBClient.connectionString(serverUrl);
    return {
      client: () => client,
      restart: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => client.dispose(),
    };
  }
  const folder = await temporaryFolder();
  let server = await startEventStore({ dataDir: folder.path });
  let client = EventStoreDBClient.connectionString(server.url);
  const restart = async (how: 'kill' | 'stop') => {
    await client.dispose();
    if (how === 'kill') await server.kill();
    await server[Symbol.asyncDispose]();
    server = await startEventStore({ dataDir: folder.path, port: server.port });
    client = EventStoreDBClient.connectionString(server.url);
  };
  const dispose = async () => {
    await client.dispose();
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { client: () => client, restart, [Symbol.asyncDispose]: dispose };
};
