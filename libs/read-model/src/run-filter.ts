import type { RunStatus } from '@karrio/contracts';
import type { RunEventType } from '@karrio/domain';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { contains } from './contains.ts';
import type { RunOrder } from './order.ts';
import { isHeldRun } from './pause.ts';
import type { RunState } from './run-state.ts';
import type { Database } from './schema.ts';

export type RunFilter = Readonly<{
  /** The id of a run or of a workflow, part of a workflow's name, or a text that is one of the parameters. */
  keyword?: string | null | undefined;
  /** Runs whose parameters have one of these keys. */
  parameters_key?: readonly string[] | null | undefined;
  /** Runs in whose parameters this SQL/JSON path finds something. */
  parameters_path?: string | null | undefined;
  status?: RunStatus | null | undefined;
  statuses?: readonly RunStatus[] | null | undefined;
  state?: RunState | null | undefined;
  event_type?: RunEventType | null | undefined;
  workflow_id?: string | null | undefined;
  /** Those that this trigger asked for. */
  trigger_id?: string | null | undefined;
  request_id?: string | null | undefined;
  test_mode?: boolean | null | undefined;
  /** Inclusive. */
  created_after?: string | null | undefined;
  /** Exclusive. */
  created_before?: string | null | undefined;
  /** Inclusive. */
  updated_after?: string | null | undefined;
  /** Of runs that are over; both inclusive. */
  duration_ms_min?: number | null | undefined;
  duration_ms_max?: number | null | undefined;
  order_by?: RunOrder | null | undefined;
}>;

/** A filter with what it names looked up, so that each of its conditions is one that an index serves. */
type Resolved = RunFilter & Readonly<{ named: readonly string[] }>;

/** A name that more workflows share tells nobody apart. */
const workflowsNamedMax = 1_000;

export const resolved = async (db: Kysely<Database>, org: string, filter: RunFilter): Promise<Resolved> => ({
  ...filter,
  named: filter.keyword ? await workflowsNamed(db, org, filter.keyword) : [],
});

const workflowsNamed = async (db: Kysely<Database>, org: string, keyword: string) => {
  const rows = await db
    .selectFrom('workflow')
    .select('workflow.id')
    .where('workflow.org_id', '=', org)
    .where('name', 'ilike', contains(keyword))
    .limit(workflowsNamedMax)
    .execute();
  return rows.map(({ id }) => id);
};

const equal = ['status', 'event_type', 'workflow_id', 'trigger_id', 'request_id', 'test_mode'] as const;

export const runsMatching = (db: Kysely<Database>, org: string, filter: Resolved) => {
  const { statuses, state, created_after, created_before, updated_after } = filter;
  let query = db.selectFrom('run').where('org_id', '=', org);
  for (const column of equal) {
    const wanted = filter[column];
    if (wanted !== null && wanted !== undefined) query = query.where(column, '=', wanted);
  }
  if (statuses) query = query.where(sql<boolean>`status = any(${sql.val(statuses)}::text[])`);
  if (state) query = query.where(isIn[state]);
  if (created_after) query = query.where('created_at', '>=', created_after);
  if (created_before) query = query.where('created_at', '<', created_before);
  if (updated_after) query = query.where('updated_at', '>=', updated_after);
  for (const condition of [...lookedUp(filter), ...ofParameters(filter), ...ofDuration(filter)]) {
    query = query.where(condition);
  }
  return query;
};

const lookedUp = ({ keyword, named }: Resolved): readonly RawBuilder<boolean>[] =>
  keyword
    ? [
        sql<boolean>`(id = ${keyword} or workflow_id = ${keyword}
          or workflow_id = any(${sql.val(named)}::text[]) or parameters @? ${anywhere(keyword)}::jsonpath)`,
      ]
    : [];

/**
 * A path to a text that is the keyword, at any depth. JSON's escapes are those of a path's texts, too; half a surrogate
 * pair is what it was stored as.
 */
const anywhere = (keyword: string): string => `$.** ? (@ == ${JSON.stringify(keyword.toWellFormed())})`;

const ofParameters = ({ parameters_key, parameters_path }: RunFilter): readonly RawBuilder<boolean>[] => [
  ...(parameters_key && parameters_key.length > 0
    ? [sql<boolean>`parameters ?| ${sql.val(parameters_key)}::text[]`]
    : []),
  ...(parameters_path ? [sql<boolean>`parameters @? ${parameters_path}::jsonpath`] : []),
];

const ofDuration = ({
  duration_ms_min: min,
  duration_ms_max: max,
}: RunFilter): readonly RawBuilder<boolean>[] => [
  ...(min === null || min === undefined ? [] : [sql<boolean>`${took} >= ${milliseconds(min)}`]),
  ...(max === null || max === undefined ? [] : [sql<boolean>`${took} <= ${milliseconds(max)}`]),
];

const took = sql`(ended_at - started_at)`;
/** Longer than anything lasts, and within what Postgres has for an interval. */
const tookMaxMs = 1e15;
const milliseconds = (value: number) => sql`${Math.min(value, tookMaxMs)}::float8 * interval '1 millisecond'`;

const isOpen = sql`status in ('pending', 'running') and ended_at is null`;
const isFree = sql`(ended_at is not null or
  cancel is null and parked is null and not is_paused and not ${isHeldRun})`;

/** The same as `runStateOf` says of each row. */
const isIn: Readonly<Record<RunState, RawBuilder<boolean>>> = {
  cancelling: sql`${isOpen} and cancel is not null`,
  parked: sql`${isOpen} and parked is not null and cancel is null`,
  held: sql`${isOpen} and cancel is null and parked is null and not is_paused and ${isHeldRun}`,
  paused: sql`${isOpen} and is_paused and cancel is null and parked is null`,
  waiting: sql`state = 'waiting' and ${isFree}`,
  outcome_unknown: sql`state = 'outcome_unknown' and ${isFree}`,
};
