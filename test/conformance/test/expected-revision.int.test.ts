import {
  ANY,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client, credentials } = server;
afterAll(() => server[Symbol.asyncDispose]());

const event = () => jsonEvent({ id: randomUUID(), type: 'E', data: {} });

/** What a stream went through; each returns the ids of the three events that it holds or held. */
const histories = {
  'is not there': async () => [event(), event(), event()],
  'has metadata alone': async (stream: string) => {
    await client.setStreamMetadata(stream, { cacheControl: 5 });
    return [event(), event(), event()];
  },
  'has three events': async (stream: string) => {
    const three = [event(), event(), event()];
    await client.appendToStream(stream, three);
    return three;
  },
  'was deleted softly': async (stream: string) => {
    const three = await histories['has three events'](stream);
    await client.deleteStream(stream);
    return three;
  },
  'came back after that': async (stream: string) => {
    const three = await histories['was deleted softly'](stream);
    await client.appendToStream(stream, [event()]);
    return three;
  },
  'was deleted for good': async (stream: string) => {
    const three = await histories['has three events'](stream);
    await client.tombstoneStream(stream);
    return three;
  },
};

const expectations: Readonly<Record<string, AppendExpectedRevision>> = {
  any: ANY,
  'no stream': NO_STREAM,
  'a stream': STREAM_EXISTS,
  'revision 0': 0n,
  'revision 2': 2n,
  'revision 3': 3n,
  'revision 9': 9n,
};

type Events = ReturnType<typeof event>[];

/** Which events an append carries: old are those that the stream holds. */
const batches: readonly ((old: Events) => Events)[] = [
  // new
  () => [event(), event()],
  // all that are old
  (old) => old,
  // the last two that are old
  (old) => old.slice(1),
  // the last one that is old, and a new one
  (old) => [...old.slice(2), event()],
  // a new one, and the last one that is old
  (old) => [event(), ...old.slice(2)],
];

/**
 * A column for each batch. W: written. C: a conflict. D: the stream is deleted. A number: written before, and
 * answered with that revision.
 */
const matrix: Readonly<Record<keyof typeof histories, Readonly<Record<string, string>>>> = {
  'is not there': {
    any: 'W W W W W',
    'no stream': 'W W W W W',
    'a stream': 'C C C C C',
    'revision 0': 'C C C C C',
    'revision 2': 'C C C C C',
    'revision 9': 'C C C C C',
  },
  'has metadata alone': {
    any: 'W W W W W',
    'no stream': 'W W W W W',
    'a stream': 'W W W W W',
    'revision 0': 'C C C C C',
    'revision 9': 'C C C C C',
  },
  'has three events': {
    any: 'W 2 2 C W',
    'no stream': 'C 2 C C C',
    'a stream': 'W 2 2 C W',
    'revision 0': 'C C 2 C C',
    // Where the stream is as expected nobody asks whether its events are new.
    'revision 2': 'W W W W W',
    'revision 3': 'C C C C C',
    'revision 9': 'C C C C C',
  },
  'was deleted softly': {
    any: 'W 2 2 C W',
    'no stream': 'W 2 W W W',
    'a stream': 'D D D D D',
    'revision 0': 'C C 2 C C',
    'revision 2': 'W W W W W',
    'revision 9': 'C C C C C',
  },
  'came back after that': {
    any: 'W 2 2 C W',
    'no stream': 'C 2 C C C',
    'a stream': 'W 2 2 C W',
    'revision 0': 'C C 2 C C',
    'revision 2': 'C C C C C',
    'revision 3': 'W W W W W',
    'revision 9': 'C C C C C',
  },
  'was deleted for good': {
    any: 'D D D D D',
    'no stream': 'D D D D D',
    'a stream': 'D D D D D',
    'revision 0': 'D D D D D',
    'revision 2': 'D D D D D',
    'revision 9': 'D D D D D',
  },
};

const outcomeOf = async (stream: string, batch: Events, options: object) => {
  const before = await lastRevision(stream);
  try {
    const { nextExpectedRevision } = await client.appendToStream(stream, batch, options);
    return (await lastRevision(stream)) === before ? String(nextExpectedRevision) : 'W';
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return 'C';
    if (error instanceof StreamDeletedError) return 'D';
    throw error;
  }
};

/** What a conflict says it is, since a deleted stream can not be read. */
const lastRevision = async (stream: string) => {
  try {
    await client.appendToStream(stream, [event()], { expectedRevision: 1_000_000n });
    return undefined;
  } catch (error) {
    return error instanceof WrongExpectedVersionError ? error.actualVersion : undefined;
  }
};

const rows = Object.entries(matrix).flatMap(([history, row]) =>
  Object.entries(row).map(([expectation, outcomes]) => ({ history, expectation, outcomes })),
);

describe.each([
  ['on the shared call', {}],
  ['in a call of its own', { credentials }],
])('an append %s', (_way, options) => {
  it.each(rows)(
    'to a stream that $history, expecting $expectation',
    async ({ history, expectation, outcomes }) => {
      const [, prepare] = Object.entries(histories).find(([name]) => name === history) ?? [];
      const actual = await Promise.all(
        batches.map(async (choose) => {
          const stream = newStream('matrix');
          const old = (await prepare?.(stream)) ?? [];
          const expectedRevision = expectations[expectation];
          return outcomeOf(stream, choose(old), { ...options, expectedRevision });
        }),
      );
      expect(actual.join(' ')).toBe(outcomes);
    },
  );
});

describe('a repeated append', () => {
  it.each([ANY, NO_STREAM] as const)('is answered like the first, expecting %s', async (expectedRevision) => {
    const stream = newStream('repeated');
    const batch = [event(), event()];
    const first = await client.appendToStream(stream, batch, { expectedRevision });
    await client.appendToStream(stream, [event()]);

    expect(await client.appendToStream(stream, batch, { expectedRevision })).toEqual(first);
  });

  it('to another stream is an append of its own', async () => {
    const batch = [event()];
    const [one, two] = [newStream('one'), newStream('two')];
    await client.appendToStream(one, batch);
    expect(await outcomeOf(two, batch, {})).toBe('W');
    expect(await outcomeOf(one, batch, {})).toBe('0');
  });

  it('does not bring a deleted stream back', async () => {
    const stream = newStream('deleted');
    const batch = [event()];
    await client.appendToStream(stream, batch);
    await client.deleteStream(stream);
    await client.appendToStream(stream, batch);

    await expect(seen(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});
