import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventStoreDBClient, FORWARDS, jsonEvent, type Position } from '@eventstore/db-client';
import { eventually, startEventStore, temporaryFolder, type EventStoreServer } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect, events } from './collect.ts';

const Status = z.object({
  running: z.unknown().optional(),
  last: z.object({ outcome: z.string(), events: z.number(), bytes: z.number() }).optional(),
});

const scavengeOf = async ({ opsUrl }: EventStoreServer, method: 'GET' | 'POST') => {
  const response = await fetch(`${opsUrl}/scavenge`, { method });
  return { code: response.status, ...Status.parse(await response.json()) };
};

/** Begins one, and asks for another in the same breath: the server reads both at once, however quick the first one is. */
const beginTwice = async ({ opsUrl }: EventStoreServer) => {
  const { hostname, port } = new URL(opsUrl);
  const socket = connect(Number(port), hostname);
  const request = (more: string) => `POST /scavenge HTTP/1.1\r\nHost: ${hostname}\r\n${more}\r\n`;
  socket.write(request('') + request('Connection: close\r\n'));
  return [...(await text(socket)).matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, code]) => Number(code));
};

const begin = async (server: EventStoreServer) => {
  expect((await scavengeOf(server, 'POST')).code).toBe(202);
};

const ended = (server: EventStoreServer) =>
  eventually(
    'the scavenge has ended',
    async () => {
      const { running, last } = await scavengeOf(server, 'GET');
      return running === undefined && last;
    },
    60_000,
  );

const batch = (count: number) =>
  Array.from({ length: count }, () => jsonEvent({ type: 'Happened', data: {} }));

/** A stream of 6,000 events of which 5 show, and behind it as many others as the server keeps for retries. */
const fill = async (client: EventStoreDBClient) => {
  const { position } = await client.appendToStream('old', batch(3000));
  await client.appendToStream('old', batch(3000));
  await client.setStreamMetadata('old', { maxCount: 5 });
  await client.appendToStream('links', jsonEvent({ type: '$>', data: '7@old' }));
  for (let round = 0; round < 22; round++)
    await client.appendToStream(`filler-${String(round)}`, batch(3000));
  return position;
};

describe('a server that is told to scavenge', () => {
  it(
    'gives the disk back while it is used, and its readers find their places',
    { timeout: 300_000 },
    async () => {
      await using folder = await temporaryFolder();
      const env = { EVENTSTORE_SEGMENT_MIB: '1' };
      const before = await startEventStore({ dataDir: folder.path, env });
      const client = EventStoreDBClient.connectionString(before.url);
      const position = await fill(client);
      expect(await beginTwice(before)).toEqual([202, 409]);
      await client.appendToStream('meanwhile', events('A'));
      const result = await ended(before);

      expect(result).toMatchObject({ outcome: 'done', events: 5995 });
      expect(result?.bytes).toBeGreaterThan(5995 * 150);
      const metrics = await (await fetch(`${before.opsUrl}/metrics`)).text();
      expect(metrics).toMatch(
        new RegExp(`eventstore_scavenge_freed_bytes_total\\S* ${String(result?.bytes)}`),
      );
      await assertContent(client, position);
      await client.dispose();
      await before.kill();

      await using after = await startEventStore({ dataDir: folder.path, env });
      const again = EventStoreDBClient.connectionString(after.url);
      await assertContent(again, position);
      expect((await scavengeOf(after, 'GET')).last).toMatchObject({ outcome: 'done', events: 5995 });
      await begin(after);
      expect(await ended(after)).toMatchObject({ outcome: 'done', events: 0 });
      await again.dispose();
    },
  );
});

/** Positions are those of before, also where the event is gone. */
const assertContent = async (client: EventStoreDBClient, position: Position | undefined) => {
  const visible = ['Happened@5995', 'Happened@5996', 'Happened@5997', 'Happened@5998', 'Happened@5999'];
  expect(await collect(client.readStream('old'))).toEqual(visible);
  expect(await collect(client.readStream('old', { fromRevision: 10n, direction: FORWARDS }))).toEqual(
    visible,
  );
  expect(await collect(client.readAll({ fromPosition: position ?? 'start', maxCount: 6 }))).toEqual([
    ...visible,
    '$metadata@0',
  ]);
  expect(await collect(client.subscribeToAll({ fromPosition: position ?? 'start' }), 5)).toEqual(visible);
  for await (const { event, link } of client.readStream('links', { resolveLinkTos: true }))
    expect([event, link?.type]).toEqual([undefined, '$>']);
};
