import type { RunStatus } from '@karrio/contracts';
import type { RunEventType } from '@karrio/domain';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { contains } from './contains.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { RunState } from './run-state.ts';
import type { Database, RunActionRow, RunNoteRow, RunRow } from './schema.ts';

export type RunFilter = Readonly<{
  /** The id of a run or of a workflow, or part of a workflow's name. */
  keyword?: string | null | undefined;
  /** Runs whose parameters have one of these keys. */
  parameters_key?: readonly string[] | null | undefined;
  status?: RunStatus | null | undefined;
  state?: RunState | null | undefined;
  event_type?: RunEventType | null | undefined;
  workflow_id?: string | null | undefined;
  test_mode?: boolean | null | undefined;
  /** Inclusive. */
  created_after?: string | null | undefined;
  /** Exclusive. */
  created_before?: string | null | undefined;
}>;

export const findRun = (db: Kysely<Database>, org: string, id: string): Promise<RunRow | undefined> =>
  db.selectFrom('run').selectAll().where('org_id', '=', org).where('id', '=', id).executeTakeFirst();

/** Newest first. */
export const listRuns = async (
  db: Kysely<Database>,
  org: string,
  filter: RunFilter,
  page: PageRequest,
): Promise<Page<RunRow>> => {
  const matching = runsMatching(db, org, filter);
  const rows = await matching
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(page.offset)
    .limit(page.first + 1)
    .execute();
  return pageOf(rows, page, async () => {
    const { count } = await matching
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  });
};

/** Every attempt of every action, by run and in the order in which they began. */
export const findRunActions = async (
  db: Kysely<Database>,
  org: string,
  runIds: readonly string[],
): Promise<readonly RunActionRow[]> =>
  runIds.length === 0
    ? []
    : db
        .selectFrom('run_action')
        .selectAll()
        .where('org_id', '=', org)
        .where('run_id', 'in', runIds)
        .orderBy('run_id')
        .orderBy('step_order')
        .orderBy('started_at')
        .orderBy('slug')
        .orderBy('attempt')
        .execute();

/** In the order of the log. */
export const findRunNotes = (
  db: Kysely<Database>,
  org: string,
  runIds: readonly string[],
): Promise<readonly RunNoteRow[]> =>
  db
    .selectFrom('run_note')
    .selectAll()
    .where('org_id', '=', org)
    .where('run_id', 'in', runIds)
    .orderBy('run_id')
    .orderBy('revision')
    .execute();

const isFree = sql`(ended_at is not null or cancel is null and parked is null and not is_paused)`;

/** The same as `runStateOf` says of each row. */
const isIn: Readonly<Record<RunState, RawBuilder<boolean>>> = {
  cancelling: sql`ended_at is null and cancel is not null`,
  parked: sql`ended_at is null and parked is not null and cancel is null`,
  paused: sql`ended_at is null and is_paused and cancel is null and parked is null`,
  waiting: sql`state = 'waiting' and ${isFree}`,
  outcome_unknown: sql`state = 'outcome_unknown' and ${isFree}`,
};

const runsMatching = (db: Kysely<Database>, org: string, filter: RunFilter) => {
  const { keyword, parameters_key, created_after, created_before } = filter;
  let query = db.selectFrom('run').where('org_id', '=', org);
  if (keyword) {
    query = query.where((eb) =>
      eb.or([
        eb('id', '=', keyword),
        eb('workflow_id', '=', keyword),
        eb('workflow_id', 'in', workflowsNamed(db, org, keyword)),
      ]),
    );
  }
  if (parameters_key && parameters_key.length > 0) {
    query = query.where(sql<boolean>`parameters ?| ${sql.val(parameters_key)}::text[]`);
  }
  for (const column of ['status', 'event_type', 'workflow_id', 'test_mode'] as const) {
    const wanted = filter[column];
    if (wanted !== null && wanted !== undefined) query = query.where(column, '=', wanted);
  }
  if (filter.state) query = query.where(isIn[filter.state]);
  if (created_after) query = query.where('created_at', '>=', created_after);
  if (created_before) query = query.where('created_at', '<', created_before);
  return query;
};

const workflowsNamed = (db: Kysely<Database>, org: string, keyword: string) =>
  db
    .selectFrom('workflow')
    .select('workflow.id')
    .where('workflow.org_id', '=', org)
    .where('name', 'ilike', contains(keyword));
