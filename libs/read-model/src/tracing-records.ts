import type { Kysely } from 'kysely';
import { cursorOf } from './cursor.ts';
import type { Page, PageRequest } from './page.ts';
import { findRun } from './run.ts';
import type { Database } from './schema.ts';
import { runOfRecordId } from './tracing-record-id.ts';
import type { TracingRecord } from './tracing-record.ts';
import {
  recordListing,
  recordsOf,
  RecordsTooRare,
  walkRecords,
  type OfRun,
  type RecordFilter,
  type RecordPlace,
} from './walk-records.ts';

/** Counting records means to read them. */
const countMax = 1_000;

export const findRecord = async (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<TracingRecord | undefined> => {
  const runId = runOfRecordId(id);
  const run = runId && (await findRun(db, org, runId));
  const found = run ? await recordsOf(db, org, [run]) : [];
  return found.find(({ record }) => record.id === id)?.record;
};

/**
 * Records are put together from the rows of their runs, so a page is found by walking through runs.
 * @throws CursorError; RecordsTooRare
 */
export const listRecords = async (
  db: Kysely<Database>,
  org: string,
  filter: RecordFilter,
  { first, offset = 0, after, before }: PageRequest,
): Promise<Page<TracingRecord>> => {
  const walk = (runsAtOnce: number, from?: RecordPlace) => walkRecords({ db, org, filter }, from, runsAtOnce);
  const from = placeOf(after, before);
  const { found, isCut } = await taken(walk(first + 1, from), offset, first + 1);
  const kept = found.slice(0, first);
  const rows = before ? kept.toReversed() : kept;
  const hasMore = isCut || found.length > first;
  const isAny = async () => rows.length > 0 || (await taken(walk(1), 0, 1)).found.length > 0;
  return {
    rows: rows.map(({ record }) => record),
    cursors: rows.map((row) => cursorOf(recordListing, row)),
    // Who has a cursor has seen a record there, and records stay.
    hasNext: async () => Boolean(before) || hasMore,
    hasPrevious: async () => (before ? hasMore : Boolean(after) || (offset > 0 && (await isAny()))),
    count: async () => {
      const counted = await taken(walk(200), 0, countMax + 1);
      const count = Math.min(counted.found.length, countMax);
      return { count, isExact: !counted.isCut && count === counted.found.length };
    },
  };
};

const placeOf = (
  after: string | null | undefined,
  before: string | null | undefined,
): RecordPlace | undefined => {
  if (before) return { cursor: before, side: 'before' };
  return after ? { cursor: after, side: 'after' } : undefined;
};

/** What a walk comes by; cut short where too little is among all that it read. */
const taken = async (
  records: AsyncIterable<OfRun>,
  offset: number,
  max: number,
): Promise<Readonly<{ found: readonly OfRun[]; isCut: boolean }>> => {
  const found: OfRun[] = [];
  let skipped = 0;
  try {
    for await (const record of records) {
      if (skipped++ < offset) continue;
      found.push(record);
      if (found.length === max) break;
    }
    return { found, isCut: false };
  } catch (error) {
    if (found.length > 0 && error instanceof RecordsTooRare) return { found, isCut: true };
    throw error;
  }
};
