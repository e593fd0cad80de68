import type { Database, ReadModel } from '@karrio/read-model';
import { sql } from 'kysely';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T10:00:01.000Z';
const org_id = 'org_1';

/** So many of each thing there is, each with parts of its own, so that what reads per part shows. */
export const fill = async (db: ReadModel['db'], count: number): Promise<void> => {
  const each = <Row>(make: (n: number) => Row) => Array.from({ length: count }, (_, n) => make(n));
  const insert = async (table: keyof Database, rows: readonly object[]) => {
    await sql`insert into ${sql.table(table)} select * from
      json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)})`.execute(db);
  };
  const definition = {
    org_id,
    template_slug: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    revision: 0,
  };
  const metafield = { key: 'k', type: 'text', isRequired: true, value: 'v', secret: null };
  await insert(
    'workflow',
    each((n) => ({
      ...definition,
      id: `wkfl_${n}`,
      slug: `w${n}`,
      name: `Workflow ${n}`,
      is_active: true,
      metadata: {},
      action_nodes: [{ order: 1, slug: `a${n}` }],
      run_timeout_ms: null,
      on_failure: 'finish',
    })),
  );
  await insert(
    'workflow_trigger',
    each((n) => ({
      ...definition,
      id: `wtrg_${n}`,
      workflow_id: `wkfl_${n}`,
      slug: `t${n}`,
      trigger_type: 'scheduled',
      schedule: '0 9 * * *',
      is_active: true,
      schedule_policy: null,
    })),
  );
  await insert(
    'workflow_action',
    each((n) => ({
      ...definition,
      id: `wact_${n}`,
      slug: `a${n}`,
      name: `Action ${n}`,
      action_type: 'http_request',
      method: 'get',
      template_engine: 'jinja',
      connection_id: `wcon_${n}`,
      http: {},
      metadata: {},
      metafields: [{ ...metafield, id: `metaf_a${n}` }],
    })),
  );
  await insert(
    'workflow_connection',
    each((n) => ({
      ...definition,
      id: `wcon_${n}`,
      slug: `c${n}`,
      name: `Connection ${n}`,
      auth_type: 'basic',
      template_engine: 'jinja',
      credentials: {},
      metadata: {},
      metafields: [{ ...metafield, id: `metaf_c${n}` }],
    })),
  );
  await insert(
    'metafield',
    each((n) => ({
      ...definition,
      id: `metaf_${n}`,
      key: `k${n}`,
      type: 'text',
      is_required: false,
      value: 'v',
    })),
  );
  await insert(
    'run',
    each((n) => ({
      id: `wevt_${n}`,
      org_id,
      workflow_id: `wkfl_${n}`,
      trigger_id: `wtrg_${n}`,
      plan_hash: 'h',
      status: 'running',
      is_paused: false,
      parked: { cause: 'outcome-unknown', message: 'Ask.', action: `a${n}`, since: at },
      event_type: 'scheduled',
      test_mode: false,
      parameters: { debug: true, n },
      actor: 'key_1',
      request_id: `req_${n}`,
      created_at: at,
      started_at: at,
      ended_at: null,
      updated_at: later,
      revision: 3,
      position: n,
    })),
  );
  await insert(
    'run_action',
    each((n) => ({
      run_id: `wevt_${n}`,
      slug: `a${n}`,
      attempt: 1,
      org_id,
      action_id: `wact_${n}`,
      action_type: 'http_request',
      step_order: 1,
      status: 'success',
      request: { method: 'get', url: 'http://shop.test/', headers: {}, body: null },
      response: { status: 200, headers: {}, bytes: 2 },
      output: { json: [] },
      started_at: at,
      ended_at: later,
      revision: 2,
    })),
  );
  await insert(
    'run_note',
    each((n) => ({
      run_id: `wevt_${n}`,
      revision: 3,
      org_id,
      type: 'RunParked',
      slug: `a${n}`,
      attempt: 1,
      noted_at: later,
      detail: {},
    })),
  );
};
