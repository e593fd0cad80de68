import { freshDatabase } from '@karrio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CursorError,
  definitionOrders,
  findRecord,
  listMetafields,
  listRecords,
  listRuns,
  listRunsOfEach,
  listWorkflows,
  migrate,
  openReadModel,
  PathError,
  type Database,
  RecordsTooRare,
  type Page,
  type PageRequest,
  type RecordFilter,
  type RunFilter,
} from '../src/index.ts';
import { aConnection, aMetafield, aRun, aRunAction, aWorkflow, time } from './rows.ts';

const stack = new AsyncDisposableStack();
let db: ReturnType<typeof openReadModel>['db'];

const insert = async <Table extends keyof Database>(table: Table, ...rows: readonly Database[Table][]) => {
  await sql`insert into ${sql.table(table)} select * from
    json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)})`.execute(db);
};

const metafield = (n: number) =>
  ({ id: `metaf_a${n}`, key: `k${n}`, type: 'text', isRequired: false, value: 'v', secret: null }) as const;

beforeAll(async () => {
  const { url } = stack.use(await freshDatabase());
  ({ db } = stack.use(openReadModel({ url, poolMax: 2, applicationName: 'test' })));
  await migrate(db);
  // Many share an instant, as what one request makes does.
  const workflows = Array.from({ length: 23 }, (_, n) =>
    aWorkflow(`wkfl_${n}`, {
      created_at: time(Math.floor(n / 5)),
      updated_at: time((n * 7) % 11),
      name: `w${(n * 5) % 9}`,
    }),
  );
  await insert('workflow', ...workflows);
  const runs = Array.from({ length: 23 }, (_, n) =>
    aRun(`wevt_${n}`, { created_at: time(Math.floor(n / 4)), workflow_id: `wkfl_${n % 2}` }),
  );
  await insert('run', ...runs);
  await insert('run_action', ...[0, 3, 9, 10, 22].map((n) => aRunAction(`wevt_${n}`)));
  await insert('workflow_connection', aConnection('wcon_1', { metafields: [1, 2, 3].map(metafield) }));
  await insert('metafield', ...[1, 2, 3, 4].map((n) => aMetafield(`metaf_${n}`, { created_at: time(0) })));
});
afterAll(() => stack.disposeAsync());

type Row = Readonly<{ id: string }>;
type List = (page: PageRequest) => Promise<Page<Row>>;
const ids = ({ rows }: Readonly<{ rows: readonly Row[] }>) => rows.map(({ id }) => id);

const lists: Readonly<Record<string, List>> = {
  ...Object.fromEntries(
    (['newest', 'oldest', 'changed', 'name'] as const).map((order_by) => [
      `workflows, ${order_by}`,
      (page: PageRequest) => listWorkflows(db, 'org_1', { order_by }, page),
    ]),
  ),
  'runs, newest': (page) => listRuns(db, 'org_1', {}, page),
  'runs, oldest': (page) => listRuns(db, 'org_1', { order_by: 'oldest' }, page),
  'tracing records': (page) => listRecords(db, 'org_1', { test_mode: false }, page),
  metafields: (page) => listMetafields(db, 'org_1', {}, page),
};

describe.each(Object.entries(lists))('a list of %s', (_, list) => {
  const whole = async () => ids(await list({ first: 100 }));
  const cursors = async () => (await list({ first: 100 })).cursors;

  it('is walked to its end by cursors, forward and back, without a gap or a repeat', async () => {
    const forward: string[] = [];
    const sides: [boolean, boolean][] = [];
    for (let after: string | undefined; ;) {
      const page = await list({ first: 5, after });
      forward.push(...ids(page));
      sides.push([await page.hasPrevious(), await page.hasNext()]);
      if (!(await page.hasNext())) break;
      after = page.cursors.at(-1);
    }
    expect(forward).toEqual(await whole());
    expect(sides.map(([previous]) => previous)).toEqual(sides.map((_side, at) => at > 0));

    const back: string[][] = [];
    for (let before = (await cursors()).at(-1); ;) {
      const page = await list({ first: 4, before });
      back.unshift(ids(page));
      expect(await page.hasNext()).toBe(true);
      if (!(await page.hasPrevious())) break;
      before = page.cursors.at(0);
    }
    expect(back.flat()).toEqual((await whole()).slice(0, -1));
  });

  it('says of every page whether there is more on either side', async () => {
    const all = await whole();
    const places = await cursors();
    for (const [at, cursor] of places.entries()) {
      const after = await list({ first: 3, after: cursor });
      expect(ids(after)).toEqual(all.slice(at + 1, at + 4));
      expect([await after.hasPrevious(), await after.hasNext()]).toEqual([true, at + 4 < all.length]);
      const before = await list({ first: 3, before: cursor });
      expect(ids(before)).toEqual(all.slice(Math.max(0, at - 3), at));
      expect([await before.hasPrevious(), await before.hasNext()]).toEqual([at > 3, true]);
    }
    const beyond = await list({ first: 3, offset: 1_000 });
    expect([ids(beyond), await beyond.hasPrevious(), await beyond.hasNext()]).toEqual([[], true, false]);
  });
});

describe('a cursor', () => {
  it('keeps its place where rows come before it', async () => {
    const first = await listRuns(db, 'org_1', {}, { first: 5 });
    const after = first.cursors.at(-1);
    const next = ids(await listRuns(db, 'org_1', {}, { first: 5, after }));
    await insert('run', aRun('wevt_new', { created_at: time(99), org_id: 'org_1' }));
    expect(ids(await listRuns(db, 'org_1', {}, { first: 5, after }))).toEqual(next);
    await db.deleteFrom('run').where('id', '=', 'wevt_new').execute();
  });

  it('is refused where it is of another list or order, or none', async () => {
    const page = await listWorkflows(db, 'org_1', {}, { first: 1 });
    const [after] = page.cursors;
    const asked = (filter: object, cursor: string | undefined) =>
      listWorkflows(db, 'org_1', filter, { first: 1, after: cursor });
    await expect(listRuns(db, 'org_1', {}, { first: 1, after })).rejects.toThrow(
      /cursor of workflows in the order newest, and this is workflow_events/,
    );
    await expect(asked({ order_by: 'name' }, after)).rejects.toThrow(/in the order name/);
    const forged = [['workflows', 'newest', 'yesterday', 'x'], ['workflows', 'newest', time(1)], 7].map(
      (parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'),
    );
    for (const cursor of ['x', 'bm90IGpzb24', ...forged]) {
      await expect(asked({}, cursor)).rejects.toThrow(CursorError);
    }
  });

  it('is bound to each of the orders', () => {
    expect(Object.entries(definitionOrders).every(([name, order]) => order.name === name)).toBe(true);
  });
});

describe('the runs of several workflows', () => {
  it('are the pages that each would have by itself', async () => {
    const first = await listRuns(db, 'org_1', { workflow_id: 'wkfl_1' }, { first: 3 });
    const cursor = first.cursors.at(-1);
    const requests = [
      { first: 3 },
      { first: 3, offset: 2 },
      { first: 3, after: cursor },
      { first: 3, before: cursor },
    ];
    for (const request of requests) {
      for (const order_by of request.after || request.before
        ? (['newest'] as const)
        : (['newest', 'oldest'] as const)) {
        const workflows = ['wkfl_1', 'wkfl_9', 'wkfl_0'];
        const together = await listRunsOfEach(db, 'org_1', workflows, { order_by }, request);
        for (const [at, workflow_id] of workflows.entries()) {
          const alone = await listRuns(db, 'org_1', { order_by, workflow_id }, request);
          expect(await told(together[at])).toEqual(await told(alone));
        }
      }
    }
  });

  const told = async (page: Page<Row> | undefined) =>
    page && [ids(page), await page.hasPrevious(), await page.hasNext(), await page.count()];
});

describe('runs', () => {
  const org_id = 'org_filters';
  beforeAll(async () => {
    const of = { org_id, workflow_id: 'wkfl_f' };
    await insert('workflow', aWorkflow('wkfl_f', { org_id, name: 'Filtered' }));
    await insert(
      'run',
      aRun('wevt_f1', {
        ...of,
        event_type: 'manual',
        parameters: { order: { id: 'A-1"', total: 10 }, lines: [] },
      }),
      aRun('wevt_f2', {
        ...of,
        trigger_id: 'wtrg_f',
        status: 'failed',
        event_type: 'webhook',
        parameters: { order: { id: 'A-2', total: 200 } },
      }),
      aRun('wevt_f3', { ...of, status: 'cancelled', parameters: ['A-2'], request_id: 'req_f' }),
      aRun('wevt_f4', {
        ...of,
        parameters: null,
        event_type: 'webhook',
        workflow_id: 'wkfl_g',
        started_at: time(0),
        ended_at: time(2),
      }),
    );
  });
  const found = async (filter: RunFilter) =>
    ids(await listRuns(db, org_id, { ...filter, order_by: 'oldest' }, { first: 100 }));

  it('are found by a path into their parameters', async () => {
    expect(await found({ parameters_path: '$.order.total ? (@ > 100)' })).toEqual(['wevt_f2']);
    expect(await found({ parameters_path: '$.lines' })).toEqual(['wevt_f1']);
  });

  it('are not found by a path that is none, and it is the path that is blamed', async () => {
    for (const parameters_path of [
      '$.order ?? (',
      'last',
      '$ ? (@ == $x)',
      '$.**{0 to 9999999999}',
      '$.order.id ? (@ like_regex "(")',
      '$.order.id ? (@ like_regex "a" flag "x")',
      '$.order.id ? (@ like_regex "((a{1,255}){1,255}){1,255}")',
      '$."\\u0000"',
      '$[*].datetime("x")',
    ]) {
      await expect(found({ parameters_path })).rejects.toThrow(PathError);
      const each = listRunsOfEach(db, org_id, ['wkfl_f'], { parameters_path }, { first: 1 });
      await expect(each).rejects.toThrow(PathError);
    }
  });

  it('are found by a text anywhere in their parameters, whatever characters it has', async () => {
    expect(await found({ keyword: 'A-2' })).toEqual(['wevt_f2', 'wevt_f3']);
    expect(await found({ keyword: 'A-1"' })).toEqual(['wevt_f1']);
    expect(await found({ keyword: 'A-' })).toEqual([]);
    for (const keyword of ['\\', '\u0001', '\ud800', '") || (1 == 1', '😀', '\u2028']) {
      expect(await found({ keyword })).toEqual([]);
    }
  });

  it('are found by several statuses, their trigger, their request and how long they took', async () => {
    expect(await found({ statuses: ['failed', 'cancelled'] })).toEqual(['wevt_f2', 'wevt_f3']);
    expect(await found({ trigger_id: 'wtrg_f' })).toEqual(['wevt_f2']);
    expect(await found({ trigger_id: 'wtrg_of_none' })).toEqual([]);
    expect(await found({ request_id: 'req_f' })).toEqual(['wevt_f3']);
    expect(await found({ duration_ms_min: 1_500, duration_ms_max: 2_000 })).toEqual(['wevt_f4']);
    expect(await found({ duration_ms_min: 2_000.5 })).toEqual([]);
    expect(await found({ duration_ms_min: 1e308 })).toEqual([]);
    expect(await found({ duration_ms_max: 1e308 })).toEqual(['wevt_f4']);
  });
});

describe('tracing records', () => {
  const found = async (filter: Partial<RecordFilter>) => {
    const page = await listRecords(db, 'org_1', { test_mode: false, ...filter }, { first: 100 });
    expect(await page.count()).toEqual({ count: page.rows.length, isExact: true });
    return page.rows.map(({ key, meta }) => `${meta.workflow_event_id} ${key}`);
  };

  it('are found by their ids, which say whose they are, in their organisation alone', async () => {
    const { rows } = await listRecords(db, 'org_1', { test_mode: false }, { first: 100 });
    for (const record of rows) expect(await findRecord(db, 'org_1', record.id)).toEqual(record);
    expect(rows.length).toBeGreaterThan(15);
    expect(await findRecord(db, 'org_2', rows[0]?.id ?? '')).toBeUndefined();
    for (const id of ['trace_', 'trace_0', `trace_0${'a'.repeat(16)}`, 'wevt_0']) {
      expect(await findRecord(db, 'org_1', id)).toBeUndefined();
    }
  });

  it('are found by what they tell and say, and by when', async () => {
    await insert(
      'run',
      aRun('wevt_said', { created_at: time(50), updated_at: time(60), request_id: 'req_said' }),
    );
    await insert(
      'run_action',
      aRunAction('wevt_said', { output: { json: 'Parcel' }, started_at: time(50), ended_at: time(60) }),
    );
    const all = ['action-output', 'response', 'request', 'action-input'].map((key) => `wevt_said ${key}`);
    expect(await found({ request_id: 'req_said' })).toEqual(all);
    expect(await found({ keyword: 'pARCEL' })).toEqual(all.slice(0, 2));
    expect(await found({ key: 'request', request_id: 'req_said' })).toEqual(all.slice(2, 3));
    expect(await found({ date_after: time(60) })).toEqual(all.slice(0, 2));
    expect(await found({ date_after: time(50), date_before: time(60) })).toEqual(all.slice(2));
    expect(await found({ request_id: 'req_said', test_mode: true })).toEqual([]);
  });

  it('that are too rare to be found are refused with the time from which to go on', async () => {
    const many = Array.from({ length: 2_300 }, (_, n) =>
      aRun(`wevt_many_${n}`, { org_id: 'org_many', created_at: time(n) }),
    );
    await insert('run', ...many);
    const listed = listRecords(db, 'org_many', { test_mode: false }, { first: 5 });
    await expect(listed).rejects.toThrow(RecordsTooRare);
    await expect(listed).rejects.toMatchObject({ readUntil: expect.stringMatching(/^2026/) });
  });
});
