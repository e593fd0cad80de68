import type {
  BacktestEvent,
  PauseEvent,
  RateDecisionEvent,
  RunEvent,
  SlotEvent,
  TriggerEvent,
} from '@karrio/domain';

/** Runs that were asked for under a key until they were accepted: the ids in every answer. */
export type Start = Readonly<{
  key: string;
  /** How many runs come of it: of an event as many as there are triggers. */
  runs: number;
  answers: readonly (readonly string[])[];
  /** When NATS, and nobody else, had taken the event in. */
  publishedMs?: number;
}>;

/** What somebody did to a run, and was told that it was done. */
export type Act = Readonly<{ kind: 'cancel' | 'pause' | 'resume'; runId: string }>;

/** What somebody made of a rate that was held, and was told that it was done; null where none is taken. */
export type Settlement = Readonly<{ decisionId: string; rateId: string | null }>;

/** An event with its places in its stream and in the log, and when it came there. */
export type Placed<E> = E & Readonly<{ id: string; revision: number; position: bigint; recordedAt: string }>;
/** An event of a run's stream. */
export type Fact = Placed<RunEvent>;
/** The events of all streams of a kind, by the id in the stream's name, in their order. */
export type Streams<E> = ReadonlyMap<string, readonly Placed<E>[]>;

/** What the log says. */
export type Log = Readonly<{
  runs: Streams<RunEvent>;
  triggers: Streams<TriggerEvent>;
  ledgers: Streams<SlotEvent>;
  pauses: Streams<PauseEvent>;
  decisions: Streams<RateDecisionEvent>;
  backtests: Streams<BacktestEvent>;
  /** The organisation of each of these streams, by the same ids. */
  orgs: ReadonlyMap<string, string>;
  /** The hashes of the rule sets that were sealed. */
  ruleSets: ReadonlySet<string>;
  /** Streams with a secret in an event. */
  leaks: readonly string[];
}>;

/**
 * A request as it arrived outside. `answered`: the answer was handed over whole; `lost`: it was not, because the
 * outside hung up or never answered, or the caller was gone.
 */
export type OutsideRequest = Readonly<{
  key: string;
  method: string;
  path: string;
  /** Milliseconds since 1970, on the clock that the events have. */
  atMs: number;
  answer: 'answered' | 'lost';
  status: number;
}>;

/** A run as GraphQL shows it. `attempts` are written `slug#attempt`. */
export type ShownRun = Readonly<{
  id: string;
  status: string;
  state: string | null;
  failure: Readonly<{ code: string; action?: string | undefined }> | null;
  attempts: readonly string[];
}>;

/** Every row as canonical JSON, by table, in no particular order. */
export type Rows = ReadonlyMap<string, readonly string[]>;

export const disturbanceKinds = ['killed', 'stopped', 'away', 'streams deleted', 'disk full'] as const;
export type Disturbance = Readonly<{
  /** `all` for all of them at once. */
  part: string;
  kind: (typeof disturbanceKinds)[number];
  fromMs: number;
  untilMs: number;
}>;

/** All that an audit goes by. */
export type Evidence = Log &
  Readonly<{
    starts: readonly Start[];
    acts: readonly Act[];
    settlements: readonly Settlement[];
    /** The backtests that were accepted. */
    tried: readonly string[];
    /** What EVENTS had in the end: the subject by the id of what is announced. */
    announced: ReadonlyMap<string, string>;
    requests: readonly OutsideRequest[];
    shown: ReadonlyMap<string, ShownRun>;
    readModels: Rows;
    rebuilt: Rows;
    disturbances: readonly Disturbance[];
  }>;

/** `about` is a run, a key of an effect, or a row. */
export type Violation = Readonly<{ guarantee: string; about: string; what: string }>;

export type Check = (evidence: Evidence) => readonly Violation[];

/** How a check says what it found. */
export const violationsOf =
  (guarantee: string) =>
  (about: string, what: string): Violation => ({ guarantee, about, what });
