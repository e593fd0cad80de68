import type { Kysely } from 'kysely';
import { cursorOf, placeIn } from './cursor.ts';
import { createdAt, id as idKey, runOrders, type Order, type RunOrder } from './order.ts';
import { recordsOfRun } from './records-of-run.ts';
import type { RunFilter } from './run-filter.ts';
import { findRun, findRunActions, findRunNotes, listRuns } from './run.ts';
import type { Database, RunRow } from './schema.ts';
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

/** How many runs one walk reads at most. */
const runsMax = 2_000;
const runsAtOnceMax = 200;

export type OfRun = Readonly<{ run: RunRow; record: TracingRecord }>;

/** Newest run first, and the newest record of a run first. */
const order: Order<OfRun> = {
  name: 'newest',
  direction: 'desc',
  keys: [
    { ...createdAt, of: ({ run }) => run.created_at },
    { ...idKey, of: ({ run }) => run.id },
    { ...idKey, of: ({ record }) => record.id },
  ],
};
export const recordListing = { list: 'tracing_records', order };

type Walk = Readonly<{ db: Kysely<Database>; org: string; filter: RecordFilter }>;
/** Behind a cursor or, backwards, before one. */
export type RecordPlace = Readonly<{ cursor: string; side: 'after' | 'before' }>;

/** The records that match, one by one. @throws CursorError; RecordsTooRare */
export const walkRecords = async function* (
  walk: Walk,
  from: RecordPlace | undefined,
  runsAtOnce: number,
): AsyncGenerator<OfRun> {
  const isBackwards = from?.side === 'before';
  const order = isBackwards ? 'oldest' : 'newest';
  const inOrder = (records: readonly OfRun[]) =>
    matching(isBackwards ? records : records.toReversed(), walk.filter);

  let place: string | undefined;
  if (from) {
    const [created_at = '', id = '', recordId] = placeIn(from.cursor, from.side, recordListing).map(String);
    const run = await findRun(walk.db, walk.org, id);
    yield* behind(inOrder(await recordsOf(walk.db, walk.org, run ? [run] : [])), recordId);
    place = cursorOf(runListing(order), { created_at, id });
  }
  for await (const runs of runsBehind(walk, order, place, runsAtOnce)) {
    yield* inOrder(await recordsOf(walk.db, walk.org, isBackwards ? runs : runs.toReversed()));
  }
};

const runListing = (order: RunOrder) => ({ list: 'workflow_events', order: runOrders[order] });

/** More at a time the longer it goes on. */
const runsBehind = async function* (
  { db, org, filter }: Walk,
  order_by: RunOrder,
  place: string | undefined,
  runsAtOnce: number,
): AsyncGenerator<readonly RunRow[]> {
  const wanted = { ...runFilterOf(filter), order_by };
  let after = place;
  for (let read = 0, some = runsAtOnce; read < runsMax; some = Math.min(some * 2, runsAtOnceMax)) {
    const page = await listRuns(db, org, wanted, { first: some, after });
    yield page.rows;
    if (!(await page.hasNext())) return;
    read += page.rows.length;
    after = page.cursors.at(-1);
    if (read >= runsMax) throw new RecordsTooRare(page.rows.at(-1)?.created_at ?? '');
  }
};

/** What stands behind the record that a cursor is of. */
const behind = (records: readonly OfRun[], recordId: string | undefined): readonly OfRun[] =>
  records.slice(records.findIndex(({ record }) => record.id === recordId) + 1);

/** A run is no older than its records, and last changed with the last of them. */
const runFilterOf = ({ request_id, test_mode, date_after, date_before }: RecordFilter): RunFilter => ({
  request_id,
  test_mode,
  updated_after: date_after,
  created_before: date_before,
});

/** Of each run in turn, oldest first. */
export const recordsOf = async (
  db: Kysely<Database>,
  org: string,
  runs: readonly RunRow[],
): Promise<readonly OfRun[]> => {
  if (runs.length === 0) return [];
  const ids = runs.map((run) => run.id);
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
  const { key, keyword, date_after, date_before } = filter;
  const word = keyword?.toLowerCase();
  const after = date_after ? Date.parse(date_after) : -Infinity;
  const before = date_before ? Date.parse(date_before) : Infinity;
  const isWithin = (at: number) => at >= after && at < before;
  const isSaid = (record: TracingRecord) => !word || JSON.stringify(record).toLowerCase().includes(word);
  return records.filter(
    ({ record }) => (!key || record.key === key) && isWithin(record.timestamp * 1_000) && isSaid(record),
  );
};
