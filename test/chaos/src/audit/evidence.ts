import type { RunEvent } from '@karrio/domain';

/** A run that was asked for until it was accepted: every answer's id. */
export type Start = Readonly<{ idempotencyKey: string; ids: readonly string[] }>;

/** An event of a run's stream. */
export type Fact = RunEvent & Readonly<{ revision: number }>;

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
  part: string;
  kind: (typeof disturbanceKinds)[number];
  fromMs: number;
  untilMs: number;
}>;

/** All that an audit goes by. */
export type Evidence = Readonly<{
  starts: readonly Start[];
  /** By run id, in the order of the stream. */
  runs: ReadonlyMap<string, readonly Fact[]>;
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
