import type { Kysely } from 'kysely';
import { cursorOf, placeIn } from './cursor.ts';
import { createdAt, id, runOrders, type Order } from './order.ts';
import type { Page, PageRequest } from './page.ts';
import { recordsOfRun } from './records-of-run.ts';
import type { RunFilter } from './run-filter.ts';
import { findRun, findRunActions, findRunNotes, listRuns } from './run.ts';
import type { Database, RunRow } from './schema.ts';
import { runOfRecordId } from './tracing-record-id.ts';
import type { TracingRecord } from './tracing-record.ts';

export type RecordFilter = Readonly<{
  key?: string | null | undefined;
  /** Part of what it says, its meta data and ids included. */
  keyword?: string | null | undefined;
  request_id?: string | null | undefined;
  /** Inclusive. */
  date_after?: string | null | undefined;
  /** Exclusive. */
  date_before?: string | null | undefined;
  test_mode: boolean;
}>;

/** So many runs have no record that the filter matches: reading on would take longer than anybody waits. */
export class RecordsTooRare extends Error {
  override readonly name = 'RecordsTooRare';
  /** All newer runs were read. */
  readonly readUntil: string;
  constructor(readUntil: string) {
    super('too few records match');
    this.readUntil = readUntil;
  }
}

/** How many runs one page reads at most. */
const runsMax = 2_000;
const runsAtOnceMax = 200;
/** Counting records means to read them. */
const countMax = 1_000;

type OfRun = Readonly<{ run: RunRow; record: TracingRecord }>;

/** Newest run first, and the newest record of a run first. */
const order: Order<OfRun> = {
  name: 'newest',
  direction: 'desc',
  keys: [
    { ...createdAt, of: ({ run }) => run.created_at },
    { ...id, of: ({ run }) => run.id },
    { ...id, of: ({ record }) => record.id },
  ],
};
const listing = { list: 'tracing_records', order };

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
  const walk = (from: string | undefined, isBackwards: boolean, size: number) =>
    walked(db, org, filter, from, isBackwards, size);
  const from = before ?? after ?? undefined;
  const { found, isCut } = await taken(walk(from, Boolean(before), first + 1), offset, first + 1);
  const kept = found.slice(0, first);
  const rows = before ? kept.toReversed() : kept;
  const hasMore = isCut || found.length > first;
  const isAny = async () =>
    rows.length > 0 || (await taken(walk(undefined, false, 1), 0, 1)).found.length > 0;
  return {
    rows: rows.map(({ record }) => record),
    cursors: rows.map((row) => cursorOf(listing, row)),
    // Who has a cursor has seen a record there, and records stay.
    hasNext: async () => Boolean(before) || hasMore,
    hasPrevious: async () => (before ? hasMore : Boolean(after) || (offset > 0 && (await isAny()))),
    count: async () => {
      const counted = await taken(walk(undefined, false, runsAtOnceMax), 0, countMax + 1);
      const count = Math.min(counted.found.length, countMax);
      return { count, isExact: !counted.isCut && count === counted.found.length };
    },
  };
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

async function* walked(
  db: Kysely<Database>,
  org: string,
  filter: RecordFilter,
  from: string | undefined,
  isBackwards: boolean,
  size: number,
): AsyncGenerator<OfRun> {
  const place = from === undefined ? undefined : placeIn(from, isBackwards ? 'before' : 'after', listing);
  const [created_at, runId, recordId] = place?.map(String) ?? [];
  const inOrder = (records: readonly OfRun[]) =>
    matching(isBackwards ? records : records.toReversed(), filter);

  const begun = runId === undefined ? undefined : await findRun(db, org, runId);
  if (begun) yield* behind(inOrder(await recordsOf(db, org, [begun])), recordId);

  const order_by = isBackwards ? 'oldest' : 'newest';
  const runs = { list: 'workflow_events', order: runOrders[order_by] };
  let after = created_at && runId ? cursorOf(runs, { created_at, id: runId }) : undefined;
  for (let read = 0, some = size; read < runsMax; some = Math.min(some * 2, runsAtOnceMax)) {
    const page = await listRuns(db, org, { ...runFilterOf(filter), order_by }, { first: some, after });
    yield* inOrder(await recordsOf(db, org, isBackwards ? page.rows : page.rows.toReversed()));
    if (!(await page.hasNext())) return;
    read += page.rows.length;
    after = page.cursors.at(-1);
    if (read >= runsMax) throw new RecordsTooRare(page.rows.at(-1)?.created_at ?? '');
  }
}

/** What stands behind the record that a cursor is of. */
const behind = (records: readonly OfRun[], id: string | undefined): readonly OfRun[] =>
  records.slice(records.findIndex(({ record }) => record.id === id) + 1);

/** A run is no older than its records, and last changed with the last of them. */
const runFilterOf = ({ request_id, test_mode, date_after, date_before }: RecordFilter): RunFilter => ({
  request_id,
  test_mode,
  updated_after: date_after,
  created_before: date_before,
});

/** Of each run in turn, oldest first. */
const recordsOf = async (
  db: Kysely<Database>,
  org: string,
  runs: readonly RunRow[],
): Promise<readonly OfRun[]> => {
  if (runs.length === 0) return [];
  const ids = runs.map(({ id }) => id);
  const [actions, notes] = await Promise.all([findRunActions(db, org, ids), findRunNotes(db, org, ids)]);
  const actionsOf = Map.groupBy(actions, ({ run_id }) => run_id);
  const notesOf = Map.groupBy(notes, ({ run_id }) => run_id);
  return runs.flatMap((run) =>
    recordsOfRun(run, actionsOf.get(run.id) ?? [], notesOf.get(run.id) ?? []).map((record) => ({
      run,
      record,
    })),
  );
};

const matching = (records: readonly OfRun[], filter: RecordFilter): readonly OfRun[] => {
  const word = filter.keyword?.toLowerCase();
  const after = filter.date_after ? Date.parse(filter.date_after) : -Infinity;
  const before = filter.date_before ? Date.parse(filter.date_before) : Infinity;
  return records.filter(({ record }) => {
    const at = record.timestamp * 1_000;
    return (
      (!filter.key || record.key === filter.key) &&
      at >= after &&
      at < before &&
      (!word || JSON.stringify(record).toLowerCase().includes(word))
    );
  });
};
