import { sql, type Kysely } from 'kysely';
import type { Order } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { Database, SlotStatus, TriggerSlotRow } from './schema.ts';

export type SlotFilter = Readonly<{
  trigger_id: string;
  status?: SlotStatus | null | undefined;
  /** Inclusive. */
  due_after?: string | null | undefined;
  /** Exclusive. */
  due_before?: string | null | undefined;
}>;

const newest: Order<TriggerSlotRow> = {
  name: 'newest',
  direction: 'desc',
  keys: [
    { column: sql.ref('due_at'), type: 'timestamptz', of: ({ due_at }) => due_at },
    { column: sql.ref('slot'), type: 'text', of: ({ slot }) => slot },
  ],
};

/** What became of a trigger's slots, the newest first. @throws CursorError */
export const listSlots = (
  db: Kysely<Database>,
  org: string,
  { trigger_id, status, due_after, due_before }: SlotFilter,
  page: PageRequest,
): Promise<Page<TriggerSlotRow>> => {
  let query = db.selectFrom('trigger_slot').where('org_id', '=', org).where('trigger_id', '=', trigger_id);
  if (status) query = query.where('status', '=', status);
  if (due_after) query = query.where('last_due_at', '>=', due_after);
  if (due_before) query = query.where('due_at', '<', due_before);
  return pageOf(db, query.selectAll(), { list: 'trigger_slots', order: newest }, page);
};

export type TriggerTimes = Readonly<{
  trigger_id: string;
  /** When its schedule last started a run. */
  last_run_at: string | null;
  /** Every slot up to this instant is decided. */
  decided_until: string | null;
}>;

export const findTriggerTimes = async (
  db: Kysely<Database>,
  org: string,
  triggerIds: readonly string[],
): Promise<readonly TriggerTimes[]> => {
  if (triggerIds.length === 0) return [];
  // By the index on trigger and time: one row of each trigger is read, however many slots it had.
  const { rows } = await sql<TriggerTimes>`
    select t.id as trigger_id,
      (select s.decided_at from trigger_slot s
        where s.trigger_id = t.id and s.status in ('fired', 'caught_up')
        order by s.due_at desc, s.slot desc limit 1) as last_run_at,
      (select s.last_due_at from trigger_slot s
        where s.trigger_id = t.id order by s.due_at desc, s.slot desc limit 1) as decided_until
    from workflow_trigger t
    where t.org_id = ${org} and t.id in (${sql.join(triggerIds)})`.execute(db);
  return rows;
};

export type SchedulerStatus = Readonly<{
  triggers: number;
  workflows: number;
  triggerIds: readonly string[];
}>;

/** No more ids than these are listed. */
const listedMax = 10_000;

/** The scheduled triggers, and the active workflows that at least one of them starts. */
export const schedulerStatus = async (db: Kysely<Database>, org: string): Promise<SchedulerStatus> => {
  const scheduled = db
    .selectFrom('workflow_trigger')
    .where('workflow_trigger.org_id', '=', org)
    .where('trigger_type', '=', 'scheduled')
    .where('workflow_trigger.deleted_at', 'is', null);
  const [counts, listed] = await Promise.all([
    scheduled
      .leftJoin('workflow', (join) =>
        join
          .onRef('workflow.id', '=', 'workflow_trigger.workflow_id')
          .on('workflow.is_active', '=', true)
          .on('workflow.deleted_at', 'is', null),
      )
      .select([
        sql<number>`count(*)::int`.as('triggers'),
        sql<number>`count(distinct workflow.id) filter (where workflow_trigger.is_active)::int`.as(
          'workflows',
        ),
      ])
      .executeTakeFirstOrThrow(),
    scheduled.select('id').orderBy('created_at').orderBy('id').limit(listedMax).execute(),
  ]);
  return { ...counts, triggerIds: listed.map(({ id }) => id) };
};
