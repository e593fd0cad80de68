import { START, type EventStoreDBClient } from '@eventstore/db-client';
import { repeat, type Life, type SentAppend } from './campaign.ts';

/** An event as the whole log has it. */
type Found = Readonly<{ stream: string; revision: number; position: bigint; fill: unknown }>;

/** What one knows of a log that only grows: the next revision of each stream, and where reading goes on. */
export type KnownLog = { readonly next: Map<string, number>; position: bigint };

export const emptyLog = (): KnownLog => ({ next: new Map(), position: -1n });

/** What is wrong with a server after a crash, given what clients were told before. */
export const problemsAfter = async (client: EventStoreDBClient, life: Life, log: KnownLog) => {
  const found = new Map<string, Found>();
  const order = await readOn(client, log, found);
  const answered = life.sent.filter(({ answer }) => answer !== undefined);
  const open = life.sent.filter(({ answer, stream }) => answer === undefined && !isBrief(stream));
  return [
    ...order,
    ...life.sent.flatMap((append) => wholeProblems(append, found)),
    ...answered.flatMap((append) => placeProblems(append, found)),
    ...[...life.seen].flatMap(([id, position]) =>
      found.get(id)?.position === position ? [] : [`a subscriber saw ${id}, which is gone`],
    ),
    ...(await streamProblems(client, answered, found)),
    ...(await repeatProblems(client, open)),
    ...(await readOn(client, log, found)),
  ];
};

/** Deleted now and then: an append that is repeated after that is a new one. */
const isBrief = (stream: string) => stream.startsWith('brief');

/** Everything since the last time, which has to go on without a gap in any stream, and without repeating itself. */
const readOn = async (client: EventStoreDBClient, log: KnownLog, found: Map<string, Found>) => {
  const problems: string[] = [];
  const from = log.position < 0n ? START : { commit: log.position, prepare: log.position };
  for await (const { event } of client.readAll({ fromPosition: from })) {
    if (!event || event.position.commit === log.position) continue;
    const { id, streamId: stream, position } = event;
    const revision = Number(event.revision);
    const expected = log.next.get(stream) ?? 0;
    if (position.commit < log.position) problems.push(`${id} stands before the event it follows`);
    if (revision !== expected)
      problems.push(`${stream} has ${String(revision)} instead of ${String(expected)}`);
    if (found.has(id) && !isBrief(stream)) problems.push(`${id} is there twice`);
    log.next.set(stream, expected + 1);
    log.position = position.commit;
    found.set(id, {
      stream,
      revision,
      position: position.commit,
      fill: (event.data as { fill?: unknown }).fill,
    });
  }
  return problems;
};

type FoundEvents = ReadonlyMap<string, Found>;

const nameOf = ({ stream, events }: SentAppend) => `the append of ${String(events.length)} to ${stream}`;

const wholeProblems = (append: SentAppend, found: FoundEvents) => {
  const events = append.events.flatMap(({ id }) => found.get(id) ?? []);
  if (events.length === 0) return append.answer ? [`${nameOf(append)}, acknowledged, is gone`] : [];
  if (events.length < append.events.length) return [`${nameOf(append)} is there in part`];
  const first = events[0]?.revision ?? 0;
  const isTogether = events.every(
    ({ revision, stream }, at) => revision === first + at && stream === append.stream,
  );
  const isSame = events.every(({ fill }, at) => fill === append.events[at]?.data.fill);
  return isTogether && isSame ? [] : [`${nameOf(append)} has changed`];
};

const placeProblems = (append: SentAppend, found: FoundEvents) => {
  const last = found.get(append.events.at(-1)?.id ?? '');
  const isThere = last?.revision === append.answer?.revision && last?.position === append.answer?.position;
  return isThere ? [] : [`${nameOf(append)} is not where it was acknowledged`];
};

/** A stream shows what the whole log has of it; one that is shared may be deleted. */
const streamProblems = async (
  client: EventStoreDBClient,
  answered: readonly SentAppend[],
  found: FoundEvents,
) => {
  const problems: string[] = [];
  const own = [...new Set(answered.map(({ stream }) => stream))]
    .filter((name) => name.startsWith('own-'))
    .slice(0, 3);
  for (const name of own) {
    const ofLog = [...found].filter(([, { stream }]) => stream === name).map(([id]) => id);
    const ofStream: string[] = [];
    for await (const { event } of client.readStream(name)) ofStream.push(event?.id ?? '');
    if (ofLog.join() !== ofStream.join()) problems.push(`${name} shows other events than the whole log`);
  }
  return problems;
};

/** Repeated, an append that nobody answered has its effect once, whether it had it before or not. */
const repeatProblems = async (client: EventStoreDBClient, open: readonly SentAppend[]) => {
  const answers = await Promise.all(open.map((append) => repeat(client, append)));
  const again = await Promise.all(open.map((append) => repeat(client, append)));
  return open.flatMap((append, at) =>
    answers[at]?.revision === again[at]?.revision && answers[at]?.position === again[at]?.position
      ? []
      : [`${nameOf(append)} was answered differently when it was repeated`],
  );
};
