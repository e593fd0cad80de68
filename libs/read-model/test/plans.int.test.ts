import { freshDatabase } from '@karrio/testing';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  auditEntriesFrom,
  findParkedRuns,
  findUsers,
  groupParkedRuns,
  listActions,
  listApiKeys,
  listAuditEntries,
  listConnections,
  listInvitations,
  listMembers,
  listMetafields,
  listRateDecisions,
  listRuns,
  listRunsOfEach,
  listShippingRules,
  listSlots,
  listWorkflows,
  migrate,
  readerRole,
  type AuditFilter,
  type Database,
  type PageRequest,
  type RateDecisionFilter,
  type RunFilter,
  type SlotFilter,
} from '../src/index.ts';

/** Enough that a scan of all of them costs more than any index. */
const runCount = 40_000;

/** Of 8 KiB: where rows lie apart, each of a page costs one, and each step down an index. */
const blocksMax = 500;

const stack = new AsyncDisposableStack();
let db: Kysely<Database>;
const statements: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  const { url } = stack.use(await freshDatabase());
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void statements.push({ sql: query.sql, parameters: query.parameters }),
  });
  stack.defer(() => db.destroy());
  await migrate(db);
  await fill();
  // As the gateway reads.
  await sql`select set_config('role', ${readerRole}, false), set_config('karrio.org', 'org_1', false)`.execute(
    db,
  );
}, 180_000);
afterAll(() => stack.disposeAsync());

/** Two organisations, one of them with nearly all of the runs; one run in a hundred is a test, one in 500 failed. */
const fill = async () => {
  const definition = `now(), now(), null, 0`;
  for (const statement of [
    `insert into workflow (id, org_id, slug, name, is_active, action_nodes, metadata, created_at, updated_at, deleted_at, revision)
     select 'wkfl_' || n, 'org_' || n % 40, 's' || n, 'Workflow ' || n, true, '[]', '{}', ${definition} from generate_series(1, 4000) n`,
    `insert into workflow_trigger (id, org_id, workflow_id, slug, trigger_type, created_at, updated_at, deleted_at, revision)
     select 'wtrg_' || n, 'org_' || n % 40, 'wkfl_' || n, 's' || n, 'webhook', ${definition} from generate_series(1, 4000) n`,
    `insert into workflow_action (id, org_id, slug, name, action_type, metafields, metadata, created_at, updated_at, deleted_at, revision)
     select 'wact_' || n, 'org_' || n % 40, 's' || n, 'Action ' || n, 'wait', '[]', '{}', ${definition} from generate_series(1, 4000) n`,
    `insert into workflow_connection (id, org_id, slug, name, auth_type, template_engine, metafields, credentials, metadata, created_at, updated_at, deleted_at, revision)
     select 'wcon_' || n, 'org_' || n % 40, 's' || n, 'Connection ' || n, 'basic', 'jinja', '[]', '{}', '{}', ${definition} from generate_series(1, 4000) n`,
    `insert into metafield (id, org_id, key, type, is_required, created_at, updated_at, deleted_at, revision)
     select 'metaf_' || n, 'org_' || n % 40, 'k' || n, 'text', false, ${definition} from generate_series(1, 4000) n`,
    `insert into run (id, org_id, workflow_id, plan_hash, status, state, event_type, test_mode, parameters, parked, trigger_id, actor, request_id, created_at, started_at, ended_at, updated_at, revision, position)
     select 'wevt_' || n, case when n % 50 = 0 then 'org_2' else 'org_1' end, 'wkfl_' || (n % 97) * 40 + 1, 'h',
       case when n % 1000 = 3 then 'running' when n % 500 = 1 then 'failed' else 'success' end, null, 'webhook', n % 100 = 7,
       jsonb_build_object('order', 'A-' || n, 'total', n, 'shop', 'Main') || case when n % 1000 = 5 then '{"debug": true}' else '{}' end::jsonb,
       case when n % 2000 = 3 then '{"cause": "outcome-unknown", "since": "2026-01-01T00:00:00Z"}'::json end,
       case when n % 2 = 0 then 'wtrg_' || (n % 97) * 40 + 1 end, 'key', 'req_' || n, timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01', case when n % 1000 <> 3 then timestamptz '2026-01-02' end, now(), 0, n
     from generate_series(1, ${runCount}) n`,
    `insert into shipping_rule (id, org_id, slug, name, priority, is_active, further_actions, metadata, created_at, updated_at, deleted_at, revision)
     select 'rule_' || n, 'org_' || n % 40, 's' || n, 'Rule ' || n, n % 9, true, '[]', '{}', ${definition} from generate_series(1, 4000) n`,
    `insert into rate_decision (id, org_id, outcome, rule_id, rule_set_hash, facts, decision, trace, run_id, test_mode, actor, created_at, updated_at, revision)
     select 'rdec_' || n, case when n % 50 = 0 then 'org_2' else 'org_1' end,
       case when n % 500 = 1 then 'held' when n % 500 = 2 then 'none' else 'selected' end, 'rule_' || n % 400, 'h', '{}', '{}', '{}',
       case when n % 2 = 0 then 'wevt_' || n end, n % 100 = 7, 'key', timestamptz '2026-01-01' + n * interval '1 second', now(), 0
     from generate_series(1, ${runCount}) n`,
    `insert into trigger_slot (trigger_id, slot, org_id, workflow_id, last_slot, count, is_more, status, due_at, last_due_at, decided_at, revision)
     select 'wtrg_' || n % 2, 'slot ' || n, 'org_1', 'wkfl_1', 'slot ' || n, 1, false, case when n % 500 = 2 then 'skipped' else 'fired' end,
       timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01' + n * interval '1 second', now(), n
     from generate_series(1, ${runCount}) n`,
    `insert into audit_entry (id, org_id, number, at, actor, action, outcome, entity_type, entity_id, entry, previous, hash, revision)
     select 'audit_' || n, case when n % 50 = 0 then 'org_2' else 'org_1' end, n, timestamptz '2026-01-01' + n * interval '1 second', 'key_' || n % 400,
       case when n % 500 = 3 then 'delete_workflow' else 'update_workflow' end, case when n % 500 = 1 then 'refused' else 'accepted' end,
       'workflow', 'wkfl_' || n % 4000, '{}', 'p', 'h', n
     from generate_series(1, ${runCount}) n`,
    `insert into api_key (id, org_id, name, hash, role, test_mode, created_at, revision)
     select 'key_' || n, 'org_' || n % 40, 'k', 'h' || n, 'viewer', false, now(), 0 from generate_series(1, 4000) n`,
    `insert into api_key_use (key_id, org_id, last_used_at) select id, org_id, now() from api_key`,
    `insert into user_account (id, address_id, sealed_email, created_at, updated_at, revision)
     select 'user_' || n, 'user_' || n, 's', now(), now(), 0 from generate_series(1, 4000) n`,
    `insert into member (id, org_id, user_id, role, created_at, updated_at, revision)
     select 'memb_' || n, 'org_' || n % 40, 'user_' || n, 'viewer', now(), now(), 0 from generate_series(1, 4000) n`,
    `insert into invitation (id, org_id, user_id, role, hash, created_at, expires_at, revision)
     select 'invt_' || n, 'org_' || n % 40, 'user_' || n, 'viewer', 'h' || n, now(), now(), 0 from generate_series(1, 4000) n`,
    'vacuum analyze',
  ]) {
    await sql.raw(statement).execute(db);
  }
};

type Node = Readonly<{
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: readonly Node[];
}>;

/** How Postgres did each statement that a read makes: its nodes, and how many blocks it touched. */
const plansOf = async (read: () => Promise<unknown>) => {
  statements.length = 0;
  await read();
  const made = [...statements];
  return Promise.all(
    made.map(async ({ sql: text, parameters }) => {
      const { rows } = await db.executeQuery<{ 'QUERY PLAN': readonly { Plan: Node }[] }>({
        sql: `explain (analyze, buffers, format json) ${text}`,
        parameters,
        query: sql`select`.toOperationNode() as never,
        queryId: { queryId: 'explain' },
      });
      const root = rows[0]?.['QUERY PLAN'][0]?.Plan as Node;
      return {
        text,
        blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
        nodes: nodesOf(root).map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''}`.trim()),
      };
    }),
  );
};

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const first20: PageRequest = { first: 20 };
const live = { test_mode: false } as const;
const runs = (filter: RunFilter, page = first20) => listRuns(db, 'org_1', { ...live, ...filter }, page);
const decisions = (filter: Partial<RateDecisionFilter>) =>
  listRateDecisions(db, 'org_1', { ...live, ...filter }, first20);
const slots = (filter: Partial<SlotFilter>) =>
  listSlots(db, 'org_1', { trigger_id: 'wtrg_1', ...filter }, first20);
const audited = (filter: AuditFilter) => listAuditEntries(db, 'org_1', filter, first20);
const workflowsShown = Array.from({ length: 20 }, (_, n) => `wkfl_${n * 40 + 1}`);

/** What finds its rows by an index that leads to hardly any other. */
const selective: Readonly<Record<string, () => Promise<unknown>>> = {
  'the newest runs': () => runs({}),
  'the oldest runs': () => runs({ order_by: 'oldest' }),
  'the test runs': () => runs({ test_mode: true }),
  'the runs of a small organisation': () => listRuns(db, 'org_2', live, first20),
  'the failed runs': () => runs({ status: 'failed' }),
  'the runs of several statuses': () => runs({ statuses: ['failed', 'running'] }),
  'the parked runs': () => runs({ state: 'parked' }),
  'the paused runs': () => runs({ state: 'paused' }),
  'the runs of a workflow': () => runs({ workflow_id: 'wkfl_41' }),
  'the runs of a trigger': () => runs({ trigger_id: 'wtrg_41' }),
  'the runs of a request': () => runs({ request_id: 'req_777' }),
  'the runs of a time': () =>
    runs({ created_after: '2026-01-01T05:00:00Z', created_before: '2026-01-01T05:00:10Z' }),
  'the runs with a rare key': () => runs({ parameters_key: ['debug'] }),
  'the runs with a rare value': () => runs({ parameters_path: '$.order ? (@ == "A-123")' }),
  'the runs with a value that all have': () => runs({ parameters_path: '$.shop ? (@ == "Main")' }),
  'the runs with a text that all have': () => runs({ keyword: 'Main' }),
  'a run by its order’s number': () => runs({ keyword: 'A-123' }),
  'a run by its id': () => runs({ keyword: 'wevt_123' }),
  'the runs of twenty workflows': () => listRunsOfEach(db, 'org_1', workflowsShown, live, { first: 5 }),
  'the newest decisions': () => decisions({}),
  'the decisions of a small organisation': () => listRateDecisions(db, 'org_2', live, first20),
  'the decisions that nobody settled': () => decisions({ is_open: true }),
  'the decisions without a rate': () => decisions({ outcome: 'none' }),
  'the decisions of a rule': () => decisions({ rule_id: 'rule_41' }),
  'the decisions of a run': () => decisions({ run_id: 'wevt_40' }),
  'the decisions of a time': () =>
    decisions({ created_after: '2026-01-01T05:00:00Z', created_before: '2026-01-01T05:00:10Z' }),
  'the slots of a trigger': () => slots({}),
  'the slots of a trigger that were skipped': () => slots({ status: 'skipped' }),
  'the slots of a time': () => slots({ due_before: '2026-01-01T05:00:00Z' }),
  'the newest audit entries': () => audited({}),
  'the audit entries of somebody': () => audited({ actor: 'key_41' }),
  'the audit entries of a workflow': () => audited({ entity_id: 'wkfl_41' }),
  'the audit entries of an action': () => audited({ action: 'delete_workflow' }),
  'the audit entries of what was refused': () => audited({ outcome: 'refused' }),
  'the audit entries of a time': () =>
    audited({ created_after: '2026-01-01T05:00:00Z', created_before: '2026-01-01T05:00:10Z' }),
  'audit entries from a number on': () => auditEntriesFrom(db, 'org_1', {}, 30_000, 20),
};

/** What reads the organisation's own, and sorts them. */
const ofTheOrganisation: Readonly<Record<string, () => Promise<unknown>>> = {
  ...Object.fromEntries(
    (['newest', 'oldest', 'changed', 'name'] as const).map((order_by) => [
      `workflows, ${order_by}`,
      () => listWorkflows(db, 'org_1', { order_by }, first20),
    ]),
  ),
  'workflows by name': () => listWorkflows(db, 'org_1', { keyword: 'flow 41' }, first20),
  'workflows by trigger': () => listWorkflows(db, 'org_1', { trigger_type: 'webhook' }, first20),
  actions: () => listActions(db, 'org_1', { keyword: 'x', action_type: 'wait' }, first20),
  connections: () => listConnections(db, 'org_1', { auth_type: 'basic' }, first20),
  'shipping rules': () => listShippingRules(db, 'org_1', {}, first20),
  'shipping rules by name': () => listShippingRules(db, 'org_1', { keyword: 'ule 41' }, first20),
  'API keys': () => listApiKeys(db, 'org_1'),
  members: () => listMembers(db, 'org_1'),
  invitations: () => listInvitations(db, 'org_1'),
  people: () => findUsers(db, ['user_1', 'user_41']),
  metafields: () => listMetafields(db, 'org_1', { key: 'k1' }, first20),
  'runs by a workflow’s name': () => runs({ keyword: 'Workflow 41' }),
  'runs that took long': () => runs({ duration_ms_min: 1_000 }),
  'parked runs, grouped': () => groupParkedRuns(db, 'org_1', live, 10),
  'parked runs': () => findParkedRuns(db, 'org_1', { cause: 'outcome-unknown', ...live }, 10),
};

describe('the plans', () => {
  it.each(Object.entries({ ...selective, ...ofTheOrganisation }))('of %s use indexes', async (_, read) => {
    const plans = await plansOf(read);
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.filter(({ nodes }) => nodes.some((node) => node.startsWith('Seq Scan')))).toEqual([]);
  });

  it.each(Object.entries(selective))('of %s touch few blocks', async (_, read) => {
    const heavy = (await plansOf(read)).filter(({ blocks }) => blocks > blocksMax);
    expect(heavy).toEqual([]);
  });
});

it('reaches a page by its cursor at the same cost however far back it is', async () => {
  const first = await plansOf(() => runs({}));
  const { cursors } = await runs({ order_by: 'newest' }, { first: 1, offset: runCount - 2_000 });
  const last = await plansOf(() => runs({}, { first: 20, after: cursors[0] }));
  expect(last.map(({ nodes }) => nodes)).toEqual(first.map(({ nodes }) => nodes));
  const blocks = (plans: typeof first) => plans.reduce((sum, plan) => sum + plan.blocks, 0);
  expect(blocks(last)).toBeLessThan(blocks(first) + 20);
});

it('counts so far and no further, and says so', async () => {
  const page = await runs({});
  expect(await page.count()).toEqual({ count: 10_000, isExact: false });
  const few = await runs({ status: 'failed' });
  expect(await few.count()).toMatchObject({ isExact: true });
});
