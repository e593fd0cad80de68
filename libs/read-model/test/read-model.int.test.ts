import { freshDatabase } from '@karrio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appliedPosition,
  findAction,
  findActionsBySlugs,
  findApiKey,
  findConnection,
  findDefinitions,
  findMetafield,
  findRun,
  findRunActions,
  findTrigger,
  findTriggersOfWorkflows,
  findTriggerTimes,
  findWebhookOfTrigger,
  findWebhookOfWorkflow,
  findWorkflow,
  findWorkflowsByIds,
  listActions,
  listConnections,
  listMetafields,
  listRuns,
  listSlots,
  listWorkflows,
  migrate,
  openReadModel,
  runStateOf,
  runStates,
  schedulerStatus,
  type Database,
} from '../src/index.ts';
import {
  aConnection,
  aMetafield,
  anAction,
  anApiKey,
  aPause,
  aRun,
  aRunAction,
  aSlot,
  aTrigger,
  aWorkflow,
  time,
} from './rows.ts';

const stack = new AsyncDisposableStack();
let db: ReturnType<typeof openReadModel>['db'];
let url: string;

const region = {
  id: 'metaf_1',
  key: 'region',
  type: 'number',
  isRequired: true,
  value: 1.5,
  secret: null,
} as const;
const apiKey = {
  ...region,
  id: 'metaf_2',
  key: 'api_key',
  type: 'password',
  value: null,
  secret: { fingerprint: 'f', changedAt: time(0) },
} as const;

/** As the query service writes them. */
const insert = async <Table extends keyof Database>(table: Table, ...rows: readonly Database[Table][]) => {
  await sql`insert into ${sql.table(table)} select * from
    json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)})`.execute(db);
};

beforeAll(async () => {
  url = stack.use(await freshDatabase()).url;
  const [one, other] = [0, 1].map(() =>
    stack.use(openReadModel({ url, poolMax: 2, applicationName: 'test' })),
  );
  if (!one || !other) throw new Error('no read model');
  db = one.db;
  await Promise.all([migrate(one.db), migrate(other.db)]);
  await insert(
    'workflow',
    aWorkflow('wkfl_1', { name: 'Orders 100%', slug: 'orders', created_at: time(1) }),
    aWorkflow('wkfl_2', { name: 'Alerts', is_active: false, created_at: time(2) }),
    aWorkflow('wkfl_3', { name: 'Returns', created_at: time(3), deleted_at: time(9) }),
    aWorkflow('wkfl_other', { name: 'Orders', org_id: 'org_2' }),
  );
  await insert(
    'workflow_trigger',
    aTrigger('wtrg_1', {
      workflow_id: 'wkfl_1',
      trigger_type: 'webhook',
      secret_key: 'X-Secret',
      sealed_secret: 's',
    }),
    aTrigger('wtrg_2', { workflow_id: 'wkfl_2', trigger_type: 'manual', deleted_at: time(9) }),
  );
  await insert(
    'workflow_action',
    anAction('wact_1', { slug: 'fetch' }),
    anAction('wact_2', { slug: 'map', action_type: 'data_mapping' }),
    anAction('wact_3', { slug: 'gone', deleted_at: time(9) }),
    anAction('wact_other', { slug: 'fetch', org_id: 'org_2' }),
  );
  await insert(
    'workflow_connection',
    aConnection('wcon_1', { created_at: time(2), metafields: [region, apiKey] }),
    aConnection('wcon_2', { auth_type: 'basic', name: 'Carrier' }),
    aConnection('wcon_3', { deleted_at: time(9), metafields: [{ ...region, id: 'metaf_gone' }] }),
    aConnection('wcon_other', { org_id: 'org_2' }),
  );
  await insert(
    'metafield',
    aMetafield('metaf_3', { key: 'note', created_at: time(1) }),
    aMetafield('metaf_4', { deleted_at: time(9) }),
    aMetafield('metaf_other', { org_id: 'org_2' }),
  );
  await insert(
    'api_key',
    anApiKey('key_1', { hash: 'h1' }),
    anApiKey('key_2', { hash: 'h2', revoked_at: time(9) }),
  );
  await insert(
    'run',
    // Two of one millisecond: their ids put them in order.
    aRun('wevt_1', { created_at: time(1), parameters: { debug: true } }),
    aRun('wevt_2', { created_at: time(1), status: 'failed', test_mode: true }),
    aRun('wevt_3', { created_at: time(2), event_type: 'webhook', workflow_id: 'wkfl_2' }),
    aRun('wevt_4', { created_at: time(3), workflow_id: 'wkfl_3' }),
    aRun('wevt_other', { org_id: 'org_2', workflow_id: 'wkfl_other' }),
  );
  await insert('run_action', aRunAction('wevt_1'), aRunAction('wevt_other', { org_id: 'org_2' }));
});
afterAll(() => stack.disposeAsync());

const all = { offset: 0, first: 25 };
const ids = ({ rows }: { rows: readonly { id: string }[] }) => rows.map(({ id }) => id);
const runs = async (filter: Parameters<typeof listRuns>[2]) => ids(await listRuns(db, 'org_1', filter, all));

describe('the state of a run', () => {
  it('is found by the filter exactly where the row shows it', async () => {
    const parked = { cause: 'outcome-unknown', message: 'Ask', since: time(1) } as const;
    const cancel = { by: 'key_1', at: time(1) };
    const rows = [true, false].flatMap((is_paused) =>
      ([null, 'waiting', 'outcome_unknown'] as const).flatMap((state) =>
        [null, parked].flatMap((parkedFor) =>
          [null, cancel].flatMap((cancelled) =>
            [null, time(2)].map((ended_at) => ({
              is_paused,
              state,
              cancel: cancelled,
              ended_at,
              status: ended_at === null ? ('running' as const) : ('failed' as const),
              parked: ended_at === null ? parkedFor : null,
            })),
          ),
        ),
      ),
    );
    const pausedWorkflow = 'wkfl_paused';
    const held = [pausedWorkflow, 'wkfl_1'].flatMap((workflow_id) =>
      rows.map((row, index) =>
        aRun(`wevt_held_${workflow_id}_${index}`, { org_id: 'org_held', workflow_id, ...row }),
      ),
    );
    await insert('run', ...held);
    await insert(
      'pause',
      aPause(pausedWorkflow, 'org_held'),
      aPause('wkfl_1', 'org_held', { paused_at: null }),
    );
    // Another organisation's pause of an id that this one has, too.
    await insert('pause', aPause('org_other', 'org_other'));
    for (const state of runStates) {
      const listed = await listRuns(db, 'org_held', { state }, { offset: 0, first: 100 });
      const shown = held.filter((row) => runStateOf(row, row.workflow_id === pausedWorkflow) === state);
      expect(ids(listed).toSorted()).toEqual(shown.map(({ id }) => id).toSorted());
      expect(shown.length).toBeGreaterThan(0);
    }
  });
});

describe('the slots of schedules', () => {
  const org_id = 'org_schedules';
  const trigger = {
    org_id,
    workflow_id: 'wkfl_timed',
    trigger_type: 'scheduled',
    schedule: '@hourly',
  } as const;

  beforeAll(async () => {
    await insert('workflow', aWorkflow('wkfl_timed', { org_id }));
    await insert('workflow', aWorkflow('wkfl_still', { org_id, is_active: false }));
    await insert(
      'workflow_trigger',
      aTrigger('wtrg_timed', trigger),
      aTrigger('wtrg_paused', { ...trigger, is_active: false }),
      aTrigger('wtrg_still', { ...trigger, workflow_id: 'wkfl_still' }),
      aTrigger('wtrg_gone', { ...trigger, deleted_at: time(9) }),
      aTrigger('wtrg_new', { ...trigger, trigger_type: 'manual' }),
    );
    await insert(
      'trigger_slot',
      aSlot('wtrg_timed', 1, { org_id, status: 'fired', decided_at: time(2) }),
      aSlot('wtrg_timed', 3, { org_id, status: 'skipped', reason: 'missed', last_due_at: time(5) }),
      aSlot('wtrg_timed', 6, { org_id, status: 'queued' }),
      aSlot('wtrg_paused', 7, { org_id }),
    );
  });

  it('are listed by trigger, the newest first, by what became of them and by time', async () => {
    const slots = async (filter: object, org = org_id) => {
      const { rows } = await listSlots(db, org, { trigger_id: 'wtrg_timed', ...filter }, { first: 10 });
      return rows.map(({ due_at }) => due_at);
    };
    expect(await slots({})).toEqual([6, 3, 1].map(time));
    expect(await slots({ status: 'skipped' })).toEqual([time(3)]);
    // Those that were skipped together are there for as long as the last of them.
    expect(await slots({ due_after: time(4) })).toEqual([6, 3].map(time));
    expect(await slots({ due_before: time(3) })).toEqual([time(1)]);
    expect(await slots({}, 'org_1')).toEqual([]);
  });

  it('say when each trigger last started a run, and up to when it is decided', async () => {
    const times = await findTriggerTimes(db, org_id, ['wtrg_timed', 'wtrg_new']);
    expect(times.toSorted((a, b) => (a.trigger_id < b.trigger_id ? -1 : 1))).toEqual([
      { trigger_id: 'wtrg_new', last_run_at: null, decided_until: null },
      { trigger_id: 'wtrg_timed', last_run_at: time(2), decided_until: time(6) },
    ]);
    expect(await findTriggerTimes(db, 'org_1', ['wtrg_timed'])).toEqual([]);
  });

  it('belong to triggers that are counted, with the active workflows that they start', async () => {
    expect(await schedulerStatus(db, org_id)).toEqual({
      triggers: 3,
      workflows: 1,
      triggerIds: ['wtrg_paused', 'wtrg_still', 'wtrg_timed'],
    });
  });
});

describe('migrating', () => {
  it('is done once when two processes begin together, and nothing when it is done', async () => {
    await migrate(db);
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    const names = rows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
    expect(names[0]).toBe('0001-read-models');
    expect(await appliedPosition(db)).toBe(-1n);
  });
});

describe('an organization', () => {
  it('sees nothing of another one', async () => {
    const other = 'org_2';
    expect(ids(await listWorkflows(db, other, {}, all))).toEqual(['wkfl_other']);
    expect(ids(await listActions(db, other, {}, all))).toEqual(['wact_other']);
    expect(ids(await listRuns(db, other, {}, all))).toEqual(['wevt_other']);
    expect(await findWorkflow(db, other, 'wkfl_1')).toBeUndefined();
    expect(await findWorkflowsByIds(db, other, ['wkfl_1'])).toEqual([]);
    expect(await findAction(db, other, 'wact_1')).toBeUndefined();
    expect(await findActionsBySlugs(db, other, ['map'])).toEqual([]);
    expect(ids(await listConnections(db, other, {}, all))).toEqual(['wcon_other']);
    expect(await findConnection(db, other, 'wcon_1')).toBeUndefined();
    expect(await findDefinitions(db, 'workflow_connection', other, ['wcon_1'])).toEqual([]);
    expect(ids(await listMetafields(db, other, {}, all))).toEqual(['metaf_other']);
    expect(await findMetafield(db, other, 'metaf_1')).toBeUndefined();
    expect(await findTrigger(db, other, 'wtrg_1')).toBeUndefined();
    expect(await findTriggersOfWorkflows(db, other, ['wkfl_1'])).toEqual([]);
    expect(await findRun(db, other, 'wevt_1')).toBeUndefined();
    expect(await findRunActions(db, other, ['wevt_1'])).toEqual([]);
    expect(ids(await listRuns(db, other, { keyword: 'wkfl_1' }, all))).toEqual([]);
  });
});

describe('an API key', () => {
  it('is found by its hash until it is revoked', async () => {
    expect(await findApiKey(db, 'h1')).toEqual(anApiKey('key_1', { hash: 'h1' }));
    expect(await findApiKey(db, 'h2')).toBeUndefined();
  });
});

describe('workflows', () => {
  it('come back as they were written', async () => {
    expect(await findWorkflow(db, 'org_1', 'wkfl_2')).toEqual(
      aWorkflow('wkfl_2', { name: 'Alerts', is_active: false, created_at: time(2) }),
    );
  });

  it('are listed newest first, without the deleted ones', async () => {
    expect(ids(await listWorkflows(db, 'org_1', {}, all))).toEqual(['wkfl_2', 'wkfl_1']);
  });

  it('are found when deleted, for the runs they had', async () => {
    expect(await findWorkflow(db, 'org_1', 'wkfl_3')).toBeUndefined();
    expect(await findWorkflowsByIds(db, 'org_1', ['wkfl_3'])).toMatchObject([{ id: 'wkfl_3' }]);
  });

  it('are filtered by keyword, trigger and activity', async () => {
    const list = async (filter: Parameters<typeof listWorkflows>[2]) =>
      ids(await listWorkflows(db, 'org_1', filter, all));
    expect(await list({ keyword: 'order' })).toEqual(['wkfl_1']);
    expect(await list({ keyword: '0%' })).toEqual(['wkfl_1']);
    expect(await list({ keyword: '%' })).toEqual(['wkfl_1']);
    expect(await list({ trigger_type: 'webhook' })).toEqual(['wkfl_1']);
    expect(await list({ trigger_type: 'manual' })).toEqual([]);
    expect(await list({ is_active: false })).toEqual(['wkfl_2']);
    expect(await list({ keyword: null, trigger_type: null, is_active: null })).toHaveLength(2);
  });
});

describe('actions', () => {
  it('are found by slug and listed by type, without the deleted ones', async () => {
    const bySlug = await findActionsBySlugs(db, 'org_1', ['fetch', 'gone']);
    expect(bySlug).toEqual([anAction('wact_1', { slug: 'fetch' })]);
    expect(ids(await listActions(db, 'org_1', { action_type: 'data_mapping' }, all))).toEqual(['wact_2']);
    expect(ids(await listActions(db, 'org_1', { keyword: 'fet' }, all))).toEqual(['wact_1']);
  });
});

describe('connections', () => {
  it('come back as they were written, until they are deleted', async () => {
    expect(await findConnection(db, 'org_1', 'wcon_1')).toEqual(
      aConnection('wcon_1', { created_at: time(2), metafields: [region, apiKey] }),
    );
    expect(
      ids({ rows: await findDefinitions(db, 'workflow_connection', 'org_1', ['wcon_2', 'wcon_3']) }),
    ).toEqual(['wcon_2']);
  });

  it('are listed newest first, by keyword and by how they authenticate', async () => {
    const list = async (filter: Parameters<typeof listConnections>[2]) =>
      ids(await listConnections(db, 'org_1', filter, all));
    expect(await list({})).toEqual(['wcon_1', 'wcon_2']);
    expect(await list({ keyword: 'carr' })).toEqual(['wcon_2']);
    expect(await list({ auth_type: 'basic' })).toEqual(['wcon_2']);
  });
});

describe('metafields', () => {
  it('are found wherever they are attached, with their values as they are', async () => {
    expect(await findMetafield(db, 'org_1', 'metaf_1')).toEqual({
      id: 'metaf_1',
      org_id: 'org_1',
      key: 'region',
      type: 'number',
      is_required: true,
      value: 1.5,
      secret: null,
      object_type: 'workflow_connection',
      object_id: 'wcon_1',
      created_at: time(2),
      place: 1,
    });
    expect(await findMetafield(db, 'org_1', 'metaf_2')).toMatchObject({ value: null, secret: apiKey.secret });
    expect(await findMetafield(db, 'org_1', 'metaf_3')).toMatchObject({
      object_type: 'metafield',
      object_id: null,
    });
    expect(await findMetafield(db, 'org_1', 'metaf_gone')).toBeUndefined();
  });

  it('are listed and filtered by what they are and whose they are', async () => {
    const list = async (filter: Parameters<typeof listMetafields>[2]) =>
      ids(await listMetafields(db, 'org_1', filter, all));
    expect(await list({})).toEqual(['metaf_1', 'metaf_2', 'metaf_3']);
    expect(await list({ key: 'API' })).toEqual(['metaf_2']);
    expect(await list({ type: 'number' })).toEqual(['metaf_1']);
    expect(await list({ is_required: false })).toEqual(['metaf_3']);
    expect(await list({ object_type: 'metafield' })).toEqual(['metaf_3']);
    expect(await list({ object_id: 'wcon_1' })).toEqual(['metaf_1', 'metaf_2']);
    const page = await listMetafields(db, 'org_1', {}, { offset: 1, first: 1 });
    expect([ids(page), await page.hasNext(), await page.count()]).toEqual([
      ['metaf_2'],
      true,
      { count: 3, isExact: true },
    ]);
  });
});

describe('the webhook behind an address', () => {
  const of = (workflow_id: string, trigger_id: string) => ({ org_id: 'org_1', workflow_id, trigger_id });

  it('is found by workflow and by trigger, without knowing the organization', async () => {
    const found = {
      ...of('wkfl_1', 'wtrg_1'),
      is_active: true,
      trigger_type: 'webhook',
      trigger_is_active: true,
      test_mode: false,
      secret_key: 'X-Secret',
      sealed_secret: 's',
      former_secret: null,
      webhook: null,
    };
    expect(await findWebhookOfWorkflow(db, 'wkfl_1')).toEqual(found);
    expect(await findWebhookOfTrigger(db, 'wtrg_1')).toEqual(found);
  });

  it('is none where the trigger was deleted or is no webhook, and is gone with its workflow', async () => {
    expect(await findWebhookOfWorkflow(db, 'wkfl_2')).toMatchObject({ is_active: false, trigger_id: null });
    expect(await findWebhookOfWorkflow(db, 'wkfl_3')).toBeUndefined();
  });
});

describe('runs', () => {
  it('come back as they were written', async () => {
    expect(await findRun(db, 'org_1', 'wevt_2')).toEqual(
      aRun('wevt_2', { created_at: time(1), status: 'failed', test_mode: true }),
    );
    expect(await findRunActions(db, 'org_1', ['wevt_1', 'wevt_other'])).toEqual([aRunAction('wevt_1')]);
  });

  it('are listed newest first, in an order that pages do not tear', async () => {
    expect(await runs({})).toEqual(['wevt_4', 'wevt_3', 'wevt_2', 'wevt_1']);
    const first = await listRuns(db, 'org_1', {}, { offset: 0, first: 3 });
    const second = await listRuns(db, 'org_1', {}, { offset: 3, first: 3 });
    expect([...ids(first), ...ids(second)]).toEqual(await runs({}));
    expect([await first.hasNext(), await second.hasNext()]).toEqual([true, false]);
    expect(await first.count()).toEqual({ count: 4, isExact: true });
  });

  it('are found by workflow id, workflow name and run id', async () => {
    expect(await runs({ keyword: 'wkfl_1' })).toEqual(['wevt_2', 'wevt_1']);
    expect(await runs({ keyword: 'orders' })).toEqual(['wevt_2', 'wevt_1']);
    expect(await runs({ keyword: 'Returns' })).toEqual(['wevt_4']);
    expect(await runs({ keyword: 'wevt_3' })).toEqual(['wevt_3']);
  });

  it('are filtered by the keys of their parameters', async () => {
    expect(await runs({ parameters_key: ['debug', 'other'] })).toEqual(['wevt_1']);
    expect(await runs({ parameters_key: ['other'] })).toEqual([]);
    expect(await runs({ parameters_key: [] })).toHaveLength(4);
  });

  it('are filtered by status, type, workflow, mode and time', async () => {
    expect(await runs({ status: 'failed' })).toEqual(['wevt_2']);
    expect(await runs({ event_type: 'webhook' })).toEqual(['wevt_3']);
    expect(await runs({ workflow_id: 'wkfl_3' })).toEqual(['wevt_4']);
    expect(await runs({ test_mode: true })).toEqual(['wevt_2']);
    expect(await runs({ created_after: time(2), created_before: time(3) })).toEqual(['wevt_3']);
  });
});
