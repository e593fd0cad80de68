import type { Kysely } from 'kysely';
import { runOrders } from './order.ts';
import { pageOfEach, parentId } from './page-of-each.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import { blaming } from './path-error.ts';
import { resolved, runsMatching, type RunFilter } from './run-filter.ts';
import type { Database, RunActionRow, RunNoteRow, RunRow } from './schema.ts';

export const findRun = (db: Kysely<Database>, org: string, id: string): Promise<RunRow | undefined> =>
  db.selectFrom('run').selectAll().where('org_id', '=', org).where('id', '=', id).executeTakeFirst();

/** Newest first unless asked otherwise. @throws CursorError, PathError */
export const listRuns = async (
  db: Kysely<Database>,
  org: string,
  filter: RunFilter,
  page: PageRequest,
): Promise<Page<RunRow>> => {
  const { blamed, blamedPage } = blaming(filter.parameters_path);
  const matching = runsMatching(db, org, await resolved(db, org, filter));
  return blamedPage(await blamed(() => pageOf(db, matching.selectAll(), listingOf(filter), page)));
};

/** The same page of the runs of each of several workflows. @throws CursorError, PathError */
export const listRunsOfEach = async (
  db: Kysely<Database>,
  org: string,
  workflowIds: readonly string[],
  filter: RunFilter,
  page: PageRequest,
): Promise<readonly Page<RunRow>[]> => {
  const { blamed, blamedPage } = blaming(filter.parameters_path);
  const matching = runsMatching(db, org, await resolved(db, org, filter))
    .where('workflow_id', '=', parentId)
    .selectAll();
  const pages = await blamed(() => pageOfEach(db, workflowIds, matching, listingOf(filter), page));
  return pages.map(blamedPage);
};

const listingOf = ({ order_by }: RunFilter) => ({
  list: 'workflow_events',
  order: runOrders[order_by ?? 'newest'],
});

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
