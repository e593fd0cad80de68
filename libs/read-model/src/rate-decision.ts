import type { RateOutcome } from '@karrio/domain';
import type { Kysely } from 'kysely';
import { definitionOrders } from './order.ts';
import { pageOf, type Page, type PageRequest } from './page.ts';
import type { RateDecisionRow } from './rule-rows.ts';
import type { Database } from './schema.ts';

export type RateDecisionFilter = Readonly<{
  outcome?: RateOutcome | null | undefined;
  /** Those held that no person has settled yet. */
  is_open?: boolean | null | undefined;
  /** Those that this rule selected or held. */
  rule_id?: string | null | undefined;
  run_id?: string | null | undefined;
  created_after?: string | null | undefined;
  created_before?: string | null | undefined;
  test_mode: boolean;
}>;

export const findRateDecision = (
  db: Kysely<Database>,
  org: string,
  id: string,
): Promise<RateDecisionRow | undefined> =>
  db
    .selectFrom('rate_decision')
    .selectAll()
    .where('org_id', '=', org)
    .where('id', '=', id)
    .executeTakeFirst();

/** Newest first. */
export const listRateDecisions = (
  db: Kysely<Database>,
  org: string,
  filter: RateDecisionFilter,
  page: PageRequest,
): Promise<Page<RateDecisionRow>> =>
  pageOf(
    db,
    decisionsMatching(db, org, filter).selectAll(),
    { list: 'rate_decisions', order: definitionOrders.newest },
    page,
  );

const decisionsMatching = (db: Kysely<Database>, org: string, filter: RateDecisionFilter) => {
  const { outcome, is_open, rule_id, run_id, created_after, created_before, test_mode } = filter;
  let query = db.selectFrom('rate_decision').where('org_id', '=', org).where('test_mode', '=', test_mode);
  if (outcome) query = query.where('outcome', '=', outcome);
  if (is_open === true) query = query.where('outcome', '=', 'held').where('settled', 'is', null);
  if (is_open === false)
    query = query.where((eb) => eb.or([eb('outcome', '!=', 'held'), eb('settled', 'is not', null)]));
  if (rule_id) query = query.where('rule_id', '=', rule_id);
  if (run_id) query = query.where('run_id', '=', run_id);
  if (created_after) query = query.where('created_at', '>=', created_after);
  if (created_before) query = query.where('created_at', '<', created_before);
  return query;
};

export type DecisionPeriod = Readonly<{ org: string; testMode: boolean; from: string; to: string }>;

const ofPeriod = (db: Kysely<Database>, { org, testMode, from, to }: DecisionPeriod) =>
  db
    .selectFrom('rate_decision')
    .where('org_id', '=', org)
    .where('test_mode', '=', testMode)
    .where('created_at', '>=', from)
    .where('created_at', '<', to);

export const countRateDecisions = async (db: Kysely<Database>, period: DecisionPeriod): Promise<number> => {
  const { count } = await ofPeriod(db, period)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

type RecordedRow = Pick<RateDecisionRow, 'id' | 'facts' | 'decision' | 'created_at'>;

/** `next` is where the page after it begins; undefined after the last one. */
export type RecordedPage = Readonly<{
  decisions: readonly RecordedRow[];
  next: Readonly<{ at: string; id: string }> | undefined;
}>;

/** What decisions of a period were made from, in the order in which they were made. */
export const pageOfRecordedDecisions = async (
  db: Kysely<Database>,
  period: DecisionPeriod,
  after: RecordedPage['next'],
  size: number,
): Promise<RecordedPage> => {
  let query = ofPeriod(db, period).select(['id', 'facts', 'decision', 'created_at']);
  if (after) {
    query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '>', eb.tuple(after.at, after.id)));
  }
  const decisions = await query.orderBy('created_at').orderBy('id').limit(size).execute();
  const last = decisions.at(-1);
  const isFull = decisions.length === size && last !== undefined;
  return { decisions, next: isFull ? { at: last.created_at, id: last.id } : undefined };
};
