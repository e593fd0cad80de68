import { randomUUID } from 'node:crypto';
import { tombstoneRevision } from '../../src/log/frame.ts';
import type { WriteOutcome, WriteRequest } from '../../src/stream/write-request.ts';
import type { Writer } from '../../src/stream/writer.ts';
import type { KeptEvent, Visible } from './open-folder.ts';

/** Appends of every kind, and what was promised about them at which moment. */
export type Load = Readonly<{
  /** Submits so many bursts, each while the one before may still be on its way. */
  run: (writer: Writer, bursts: number) => Promise<void>;
  /** Readers see this much. */
  seen: (visible: Visible) => void;
  /** What is wrong with the events that are there after a crash at a moment. */
  problems: (kept: readonly KeptEvent[], moment: number) => readonly string[];
}>;

type Sent = Readonly<{ stream: string; events: readonly Readonly<{ id: string; data: Buffer }>[] }> & {
  answer: Readonly<{ moment: number; revision: number; position: number }> | undefined;
};

/** `moment` counts what the disk was asked for. */
export const createLoad = (moment: () => number, random: () => number): Load => {
  const sent: Sent[] = [];
  const sights: Readonly<{ moment: number; visible: Visible }>[] = [];
  const below = (count: number) => Math.floor(random() * count);

  const anEvent = () => ({
    id: randomUUID(),
    type: 'T',
    isJson: false,
    data: Buffer.alloc(1 + Math.floor(random() ** 4 * 20_000), String(random())),
    metadata: Buffer.alloc(0),
  });

  const aRequest = (settle: (outcome: WriteOutcome) => void): WriteRequest => {
    const common = { expected: { kind: 'any' }, deadlineMs: Number.POSITIVE_INFINITY, settle } as const;
    const dice = random();
    if (dice < 0.04) return { ...common, stream: `s-${String(below(6))}`, change: { kind: 'soft-delete' } };
    if (dice < 0.06) return { ...common, stream: `t-${String(below(1000))}`, change: { kind: 'tombstone' } };
    const events = Array.from({ length: dice < 0.6 ? 1 : 1 + below(5) }, anEvent);
    return { ...common, stream: `s-${String(below(6))}`, change: { kind: 'append', events } };
  };

  const submit = (writer: Writer) =>
    new Promise<void>((answered) => {
      const request = aRequest((outcome) => {
        // A stream that is deleted twice, say, was not written to: nothing is promised.
        if (outcome.kind === 'written') append.answer = { ...outcome, moment: moment() };
        answered();
      });
      const events = request.change.kind === 'append' ? request.change.events : [];
      const append: Sent = {
        stream: request.stream,
        events: events.map(({ id, data }) => ({ id, data: Buffer.from(data) })),
        answer: undefined,
      };
      sent.push(append);
      writer.submit(request);
    });

  const run = async (writer: Writer, bursts: number) => {
    let before: Promise<unknown> = Promise.resolve();
    for (let burst = 0; burst < bursts; burst++) {
      const answered = Promise.all(Array.from({ length: 1 + below(5) }, () => submit(writer)));
      if (random() < 0.7) await answered;
      await before;
      before = answered;
    }
    await before;
  };

  const problems = (kept: readonly KeptEvent[], at: number) => {
    const byId = new Map(kept.map((event) => [event.id, event]));
    return [
      ...orderProblems(kept),
      ...sent.flatMap((append) => appendProblems(append, byId, promised(append, at))),
      ...sights.filter((sight) => sight.moment <= at).flatMap(({ visible }) => sightProblems(visible, kept)),
    ];
  };

  return { run, seen: (visible) => sights.push({ moment: moment(), visible }), problems };
};

type EventsById = ReadonlyMap<string, KeptEvent>;

const promised = ({ answer }: Sent, at: number) => (answer && answer.moment <= at ? answer : undefined);

const appendProblems = ({ stream, events }: Sent, kept: EventsById, promise: Place | undefined) => {
  const found = events.flatMap(({ id }) => kept.get(id) ?? []);
  const name = `an append of ${String(events.length)} to ${stream}`;
  if (found.length > 0 && found.length < events.length) return [`${name} is there in part`];
  if (found.length < events.length) return promise ? [`${name}, acknowledged, is gone`] : [];
  if (promise && !isAt(found.at(-1), promise)) return [`${name} is not where it was acknowledged`];
  const isSame = events.every(({ data }, index) => isEvent(found[index], stream, data));
  const isTogether = found.every(({ revision }, index) => revision === (found[0]?.revision ?? 0) + index);
  return isSame && isTogether ? [] : [`${name} has changed`];
};

type Place = Readonly<{ revision: number; position: number }>;

/** An append of no events, as a delete is here, has no last one. */
const isAt = (last: KeptEvent | undefined, { revision, position }: Place) =>
  last === undefined || (last.revision === revision && last.position === position);

const isEvent = (event: KeptEvent | undefined, stream: string, data: Buffer) =>
  event?.stream === stream && event.data.equals(data);

const orderProblems = (kept: readonly KeptEvent[]) => {
  const next = new Map<string, number>();
  return kept.flatMap(({ stream, revision, position }, index) => {
    const expected = next.get(stream) ?? 0;
    next.set(stream, expected + 1);
    const isInOrder = position > (kept[index - 1]?.position ?? -1);
    const isNext = revision === expected || revision === tombstoneRevision;
    return isInOrder && isNext ? [] : [`${stream} has ${String(revision)} at ${String(position)}`];
  });
};

const sightProblems = ({ count, lastPosition }: Visible, kept: readonly KeptEvent[]) =>
  count === 0 || kept[count - 1]?.position === lastPosition
    ? []
    : [`a reader saw ${String(count)} events, of which some are gone`];
