import {
  ANY,
  BACKWARDS,
  END,
  ErrorType,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, manyEvents, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
afterAll(() => server[Symbol.asyncDispose]());

// The client appends in one of two ways; credentials of the call choose the second.
describe.each([
  ['on the shared call', {}],
  ['in a call of its own', { credentials }],
])('an append %s', (_way, options) => {
  it('gives its events the next revisions, beginning with 0', async () => {
    const stream = newStream('revisions');
    const first = await client.appendToStream(stream, events('A', 'B', 'C'), options);
    const second = await client.appendToStream(stream, events('D'), options);

    expect([first.success, first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([true, 2n, 3n]);
    expect(await seen(client.readStream(stream))).toEqual(['A@0', 'B@1', 'C@2', 'D@3']);
  });

  it('answers with the position of its last event, which only grows', async () => {
    const stream = newStream('positions');
    const first = await client.appendToStream(stream, events('A', 'B'), options);
    const second = await client.appendToStream(stream, events('C'), options);
    const positions = (await collect(client.readStream(stream))).map(({ event }) => event?.position?.commit);

    expect([first.position?.commit, second.position?.commit]).toEqual([positions[1], positions[2]]);
    expect(positions).toEqual(positions.toSorted((a = 0n, b = 0n) => Number(a - b)));
    expect(new Set(positions).size).toBe(3);
    expect(first.position?.prepare).toBe(first.position?.commit);
  });

  it.each([
    ['no stream, where there is one', NO_STREAM, true, 1n],
    ['a stream, where there is none', STREAM_EXISTS, false, NO_STREAM],
    ['a revision that is past', 0n, true, 1n],
    ['a revision that is to come', 5n, true, 1n],
    ['revision 0, where there is no stream', 0n, false, NO_STREAM],
  ] as const)(
    'that expects %s writes nothing, and is told what there is',
    async (_name, expectedRevision, isThere, actualVersion) => {
      const stream = newStream('conflict');
      if (isThere) await client.appendToStream(stream, events('A', 'B'), options);
      const refused = client.appendToStream(stream, events('X', 'Y'), { ...options, expectedRevision });

      await expect(refused).rejects.toMatchObject({
        type: ErrorType.WRONG_EXPECTED_VERSION,
        streamName: stream,
        expectedVersion: expectedRevision,
        actualVersion,
      });
      const types = (
        await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 500 }))
      )
        .filter(({ event }) => event?.streamId === stream)
        .map(({ event }) => event?.type);
      expect(types).toEqual(isThere ? ['B', 'A'] : []);
    },
  );

  it('of no events writes none, and is told the revision that there is', async () => {
    const stream = newStream('empty');
    await client.appendToStream(stream, events('A'), options);

    expect(await client.appendToStream(stream, [], options)).toMatchObject({ nextExpectedRevision: 0n });
    expect(await seen(client.readStream(stream))).toEqual(['A@0']);
  });
});

describe('an append', () => {
  it('that is cut into many chunks is one append still', async () => {
    const stream = newStream('chunks');
    const { nextExpectedRevision } = await client.appendToStream(stream, manyEvents(300), {
      batchAppendSize: 400,
      expectedRevision: NO_STREAM,
    });

    expect(nextExpectedRevision).toBe(299n);
    expect(await collect(client.readStream(stream))).toHaveLength(300);
  });

  it('of several events is whole or not at all, also where others write to the stream', async () => {
    const stream = newStream('atomic');
    const groups = Array.from({ length: 40 }, (_, group) =>
      Array.from({ length: 5 }, () => jsonEvent({ type: `G${String(group)}`, data: {} })),
    );
    await Promise.all(groups.map((group) => client.appendToStream(stream, group, { expectedRevision: ANY })));
    const types = (await collect(client.readStream(stream))).map(({ event }) => event?.type);

    expect(types).toHaveLength(200);
    for (let at = 0; at < types.length; at += 5) expect(new Set(types.slice(at, at + 5)).size).toBe(1);
  });

  it('wins once against others that expect the same', async () => {
    const stream = newStream('race');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 25 }, () =>
        client.appendToStream(stream, events('Won'), { expectedRevision: NO_STREAM }),
      ),
    );
    const losses = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );

    expect(losses).toHaveLength(24);
    for (const loss of losses) expect(loss).toBeInstanceOf(WrongExpectedVersionError);
    expect(await seen(client.readStream(stream))).toEqual(['Won@0']);
  });

  it('is answered after it can be read', async () => {
    const stream = newStream('read-back');
    for (let revision = 0; revision < 50; revision++) {
      await client.appendToStream(stream, events('E'));
      const [last] = await seen(
        client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
      );
      expect(last).toBe(`E@${String(revision)}`);
    }
  });
});
