import type { z } from 'zod';
import { Command } from './command.ts';
import { CloudEvent } from './cloud-event.ts';
import { IncomingEvent } from './incoming-event.ts';
import { Question } from './question.ts';
import { ApiKeysUsed, LiveChange, LivePosition, RunControlled, RunEnded, RunHeld, WakeUp } from './notice.ts';

type Tokens<P extends string> = P extends `${string}{${infer T}}${infer Rest}` ? T | Tokens<Rest> : never;
type TokenValues<P extends string> = Readonly<Record<Tokens<P>, string>>;

/** Ties a subject pattern to the payload that may travel on it. */
const subject = <P extends string, T>(pattern: P, payload: z.ZodType<T>) => ({
  pattern,
  payload,
  /** The concrete subject. @throws TypeError when a value could widen it. */
  of: (values: TokenValues<P>): string => fill(pattern, values),
  /** A filter; tokens left out match anything. */
  matching: (values: Partial<TokenValues<P>> = {}): string => fill(pattern, values),
});

const fill = (pattern: string, values: Readonly<Record<string, string | undefined>>) =>
  pattern.replace(/\{(\w+)\}/g, (_, token: string) => {
    const value = values[token];
    if (value === undefined) return '*';
    // Ids come from users. A dot or wildcard inside one would widen the subject.
    if (!/^[\w-]+$/.test(value)) throw new TypeError(`bad ${token} in ${pattern}: ${value}`);
    return value;
  });

export type Subject<T> = Readonly<{ pattern: string; payload: z.ZodType<T> }>;

/** Every subject the system speaks. No other module spells one by hand. */
export const subjects = {
  command: subject('cmd.{service}.{org}.{name}', Command),
  /** Core NATS, a question that one process of the service answers. */
  question: subject('ask.{service}.{org}.{name}', Question),
  runReady: subject('run.ready.{org}', WakeUp),
  /** Core NATS: an executor has written a run's last event; for callers that wait. */
  runEnded: subject('run.ended.{org}.{runId}', RunEnded),
  /** Core NATS, a question: which living executor has this run in hand? Only that one answers. */
  runHeld: subject('run.held.{runId}', RunHeld),
  /** Core NATS: a person did something to a run; whoever has it in hand looks at its stream. */
  runControl: subject('run.control.{runId}', RunControlled),
  /** Core NATS: a read model's entity changed; feeds subscriptions and caches. */
  liveChange: subject('live.{org}.{entity}.{id}', LiveChange),
  /** Core NATS: the read models hold everything up to this position; feeds read-your-writes. */
  livePosition: subject('live.position', LivePosition),
  /** Core NATS: which API keys were used. */
  apiKeysUsed: subject('keys.used', ApiKeysUsed),
  event: subject('evt.{org}.{entity}.{event}', CloudEvent),
  /** What others publish for triggers to hear, the event's type after the organisation. */
  incoming: subject('in.{org}.>', IncomingEvent),
} as const;

/** Some 200,000 wake-ups: what does not fit is woken by the scheduler when there is room. */
const memoryBytesMax = 256 * 1_024 * 1_024;

/**
 * The JetStream streams, created by whoever connects first. Ages are in milliseconds. Commands and wake-ups are
 * kept in memory: a command counts once it is answered, and the scheduler wakes a run whose wake-up was lost.
 */
export const jetStreams = {
  commands: {
    name: 'COMMANDS',
    subjects: [subjects.command.matching()],
    retention: 'workqueue',
    storage: 'memory',
    maxBytes: memoryBytesMax,
  },
  runs: {
    name: 'RUNS',
    subjects: [subjects.runReady.matching()],
    retention: 'workqueue',
    storage: 'memory',
    maxBytes: memoryBytesMax,
  },
  events: {
    name: 'EVENTS',
    subjects: [subjects.event.matching()],
    retention: 'limits',
    storage: 'file',
    maxAgeMs: 7 * 24 * 3_600_000,
  },
  /** On disk: who published is not asked again. What is taken in is in the log, and leaves the stream. */
  incoming: {
    name: 'INCOMING',
    subjects: [subjects.incoming.matching()],
    retention: 'workqueue',
    storage: 'file',
    maxAgeMs: 7 * 24 * 3_600_000,
    maxBytes: 1_024 * 1_024 * 1_024,
  },
} as const satisfies Readonly<Record<string, JetStreamSpec>>;

export type JetStreamSpec = Readonly<{
  name: string;
  subjects: readonly string[];
  retention: 'workqueue' | 'limits';
  storage: 'memory' | 'file';
  maxAgeMs?: number;
  /** A full stream takes nothing new. */
  maxBytes?: number;
}>;
