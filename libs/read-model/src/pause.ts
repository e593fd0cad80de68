import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Database, PauseRow } from './schema.ts';

/** A pause that lasts. */
export type CurrentPause = PauseRow & Readonly<{ paused_at: string; paused_by: string }>;

/** Of these workflows, or of the organisation itself, those that are paused. */
export const findPauses = async (
  db: Kysely<Database>,
  org: string,
  ids: readonly string[],
): Promise<readonly CurrentPause[]> => {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('pause')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', 'in', ids)
    .where('paused_at', 'is not', null)
    .execute();
  return rows.flatMap(({ paused_at, paused_by, ...row }) =>
    paused_at === null || paused_by === null ? [] : [{ ...row, paused_at, paused_by }],
  );
};

/** Whether a row of `run` is one of a workflow or an organisation that is paused. */
export const isHeldRun: RawBuilder<boolean> = sql`exists (
  select from pause where pause.org_id = run.org_id and pause.id in (run.workflow_id, run.org_id)
    and pause.paused_at is not null)`;
