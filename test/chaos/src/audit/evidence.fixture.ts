import type { Event } from '@karrio/domain';
import { audit } from './audit.ts';
import type { Evidence, Placed } from './evidence.ts';

export const startMs = Date.UTC(2026, 10, 22, 9);
export const at = (ms: number): string => new Date(startMs + ms).toISOString();

/** Places in the log follow the times of events: what has none comes first. */
export const stream = <E extends Event>(...events: readonly E[]): readonly Placed<E>[] =>
  events.map((event, revision) => {
    const recordedAt = timeOf(event);
    const position = BigInt(Date.parse(recordedAt) - startMs) * 100n + BigInt(revision);
    return { ...event, id: idOf(event, revision), revision, position, recordedAt };
  });

/** Ids are unique in a stream only, which is enough for one run. */
const idOf = ({ type }: Event, revision: number): string => `${type}-${revision}`;

const timeOf = ({ data }: Event): string =>
  typeof data === 'object' && data !== null && 'at' in data && typeof data.at === 'string' ? data.at : at(0);

/** A world in which nothing happened. */
export const nothing: Evidence = {
  starts: [],
  acts: [],
  settlements: [],
  tried: [],
  announced: new Map(),
  runs: new Map(),
  triggers: new Map(),
  ledgers: new Map(),
  pauses: new Map(),
  decisions: new Map(),
  backtests: new Map(),
  orgs: new Map(),
  ruleSets: new Set(),
  leaks: [],
  requests: [],
  shown: new Map(),
  readModels: new Map(),
  rebuilt: new Map(),
  disturbances: [],
};

/** What the audit finds, as `guarantee: what`. */
export const found = (evidence: Evidence): readonly string[] =>
  audit(evidence).map(({ guarantee, what }) => `${guarantee}: ${what}`);
