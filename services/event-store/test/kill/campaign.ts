import { randomInt, randomUUID } from 'node:crypto';
import {
  ANY,
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type JSONEventType,
} from '@eventstore/db-client';

/** An append that was sent, and the answer to it if there was one. */
export type SentAppend = {
  readonly stream: string;
  readonly expected: AppendExpectedRevision;
  readonly events: readonly Readonly<{ id: string; data: Payload }>[];
  answer: Answer | undefined;
};

export type Answer = Readonly<{ revision: number; position: bigint }>;

type Payload = Readonly<{ fill: string }>;

/** What clients did to a server in one life of it, and what they were told. */
export type Life = Readonly<{
  sent: readonly SentAppend[];
  /** What a subscription to all was shown: positions by event id. */
  seen: ReadonlyMap<string, bigint>;
  /** What errors the appends without an answer ended with. */
  errors: readonly string[];
}>;

export type LifeOptions = Readonly<{
  url: string;
  clients: number;
  writersEach: number;
  /** After so many answers, which is in the midst of others, the server is ended. */
  answersMax: number;
  end: () => Promise<void>;
}>;

/** Several connections, each with several writers that do all kinds of appends until the server is gone. */
export const liveUnderLoad = async (options: LifeOptions): Promise<Life> => {
  const sent: SentAppend[] = [];
  const seen = new Map<string, bigint>();
  const errors: string[] = [];
  let answers = 0;
  let ending: Promise<void> | undefined;
  const clients = Array.from({ length: options.clients }, () =>
    EventStoreDBClient.connectionString(options.url),
  );
  const watcher = watch(options.url, seen);
  const answered = () => {
    answers++;
    if (answers > options.answersMax) ending ??= options.end();
  };
  const writers = clients.flatMap((client) =>
    Array.from({ length: options.writersEach }, () => write({ client, sent, errors, answered })),
  );
  await Promise.all(writers);
  if (!ending) throw new Error(`the server took no more appends: ${[...new Set(errors)].join(', ')}`);
  await ending;
  await watcher;
  await Promise.all(clients.map((client) => client.dispose().catch(() => undefined)));
  return { sent, seen, errors };
};

const watch = async (url: string, seen: Map<string, bigint>) => {
  const client = EventStoreDBClient.connectionString(url);
  try {
    for await (const { event } of client.subscribeToAll({ fromPosition: END })) {
      if (event) seen.set(event.id, event.position.commit);
    }
  } catch {
    // It ends with the server.
  }
  await client.dispose().catch(() => undefined);
};

type WriterOptions = Readonly<{
  client: EventStoreDBClient;
  sent: SentAppend[];
  errors: string[];
  answered: () => void;
}>;

/** One writer has a stream of its own, whose revision it knows, and one that it shares and deletes now and then. */
const write = async ({ client, sent, errors, answered }: WriterOptions) => {
  const own = `own-${randomUUID()}`;
  let expected: AppendExpectedRevision = NO_STREAM;
  try {
    for (;;) {
      const isOwn = randomInt(4) > 0;
      const append = isOwn ? anAppend(own, expected) : anAppend(anyOf('shared', 'brief'), ANY);
      sent.push(append);
      append.answer = await repeat(client, append);
      if (isOwn) expected = BigInt(append.answer.revision);
      answered();
      if (randomInt(20) === 0) await changeStream(client);
    }
  } catch (error) {
    errors.push(statusOf(error));
  }
};

/** By gRPC's code, which errors have that the client did not make a type of too. */
const statusOf = (error: unknown) => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 1) return 'cancelled';
  return code === 14 ? 'unavailable' : String(error);
};

const changeStream = async (client: EventStoreDBClient) => {
  if (randomInt(2) === 0)
    await client.setStreamMetadata(anyOf('shared'), { maxCount: 1000 + randomInt(1000) });
  else await client.deleteStream(anyOf('brief')).catch(ignoreMissing);
};

/** Another writer has deleted it, or nobody has written to it. */
const ignoreMissing = (error: unknown) => {
  if (!(error instanceof WrongExpectedVersionError || error instanceof StreamDeletedError)) throw error;
};

const anyOf = (...kinds: readonly string[]) =>
  `${kinds[randomInt(kinds.length)] ?? ''}-${String(randomInt(3))}`;

/** One event, or up to five; mostly small, some of them many pages of the disk. */
const anAppend = (stream: string, expected: AppendExpectedRevision): SentAppend => ({
  stream,
  expected,
  events: Array.from({ length: randomInt(2) === 0 ? 1 : 1 + randomInt(5) }, () => ({
    id: randomUUID(),
    data: { fill: String(randomInt(10)).repeat(Math.floor(Math.random() ** 6 * 20_000)) },
  })),
  answer: undefined,
});

/** The same append again: the same ids and the same expectation. */
export const repeat = async (client: EventStoreDBClient, append: SentAppend): Promise<Answer> => {
  const { nextExpectedRevision, position } = await client.appendToStream(
    append.stream,
    append.events.map(({ id, data }) => jsonEvent<JSONEventType<'T', Payload>>({ type: 'T', id, data })),
    { expectedRevision: append.expected },
  );
  return { revision: Number(nextExpectedRevision), position: position?.commit ?? -1n };
};
