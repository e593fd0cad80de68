import { EventStoreDBClient } from '@eventstore/db-client';
import { startEventStore, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { collect, events } from './collect.ts';

/** A server whose clock is off. */
const startAt = (dataDir: string, iso: string) => {
  const shift = `const now = Date.now; const off = ${String(Date.parse(iso))} - now(); Date.now = () => now() + off;`;
  return startEventStore({
    dataDir,
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(shift)}`],
  });
};

const createdOf = async (client: EventStoreDBClient) => {
  const created: string[] = [];
  for await (const { event } of client.readStream('s'))
    created.push(event?.created.toISOString().slice(0, 13) ?? '');
  return created;
};

describe('a clock that goes back', () => {
  it('changes neither the order of events nor what was recorded of their time, nor which of them are too old', async () => {
    await using folder = await temporaryFolder();
    const clocks = [
      '2026-05-01T10:00:00Z',
      '2026-05-01T08:00:00Z',
      '1970-01-01T00:00:10Z',
      '2026-05-01T09:00:00Z',
    ];
    for (const [index, clock] of clocks.entries()) {
      await using server = await startAt(folder.path, clock);
      const client = EventStoreDBClient.connectionString(server.url);
      await client.appendToStream('s', events(`E${String(index)}`));
      expect(await collect(client.readStream('s'))).toEqual(
        clocks.slice(0, index + 1).map((_, at) => `E${String(at)}@${String(at)}`),
      );
      expect(await createdOf(client)).toEqual(clocks.slice(0, index + 1).map((iso) => iso.slice(0, 13)));
      await client.dispose();
    }

    await using server = await startAt(folder.path, '2026-05-01T09:00:30Z');
    const client = EventStoreDBClient.connectionString(server.url);
    await client.setStreamMetadata('s', { maxAge: 1800 });
    // Too old by the clock of who reads now, wherever that stands in the stream.
    expect(await collect(client.readStream('s'))).toEqual(['E0@0', 'E3@3']);
    await client.dispose();
  });
});
