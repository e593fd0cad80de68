import type { Database, ReadModel } from '@karrio/read-model';
import { sql } from 'kysely';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T10:00:01.000Z';
const org_id = 'org_1';

type Each = <Row>(make: (n: number) => Row) => Row[];
type Insert = (table: keyof Database, rows: readonly object[]) => Promise<void>;

/** Who may do what, and what they did. */
const fillAccess = async (insert: Insert, each: Each): Promise<void> => {
  const dated = { org_id, created_at: at, updated_at: at, revision: 0 };
  const person = (n: number) => ({ ...dated, user_id: `user_${n}`, role: 'viewer' });
  await insert(
    'user_account',
    each((n) => ({
      ...dated,
      id: `user_${n}`,
      address_id: `user_${n}`,
      sealed_email: 's',
      sealed_name: 's',
    })),
  );
  await insert(
    'member',
    each((n) => ({ ...person(n), id: `memb_${n}` })),
  );
  await insert(
    'invitation',
    each((n) => ({ ...person(n), id: `invt_${n}`, hash: `h${n}`, expires_at: later })),
  );
  await insert(
    'api_key',
    each((n) => ({ ...dated, id: `key_${n}`, name: 'k', hash: `h${n}`, role: 'viewer', test_mode: false })),
  );
  await insert(
    'api_key_use',
    each((n) => ({ org_id, key_id: `key_${n}`, last_used_at: at })),
  );
  await insert(
    'audit_entry',
    each((n) => ({
      id: `audit_${n}`,
      org_id,
      number: n,
      at,
      actor: 'key_1',
      action: 'update_workflow',
      outcome: 'accepted',
      entity_type: 'workflow',
      entity_id: `wkfl_${n}`,
      entry: {
        number: n,
        at,
        actor: 'key_1',
        origin: { ip: '203.0.113.7', requestId: 'req_1' },
        commandId: 'cmd_1',
        action: 'update_workflow',
        outcome: 'accepted',
        entity: { type: 'workflow', id: `wkfl_${n}` },
        before: {},
        after: {},
        refusal: null,
        runs: null,
      },
      previous: 'p',
      hash: 'h',
      revision: n,
    })),
  );
};

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
      test_mode: false,
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
    'shipping_rule',
    each((n) => ({
      ...definition,
      id: `rule_${n}`,
      slug: `r${n}`,
      name: `Rule ${n}`,
      priority: n,
      is_active: true,
      conditions: { destination: { country_code: 'US' } },
      actions: { select_service: { strategy: 'cheapest' } },
      further_actions: [],
      metadata: {},
    })),
  );
  await insert(
    'rate_decision',
    each((n) => ({
      id: `rdec_${n}`,
      org_id,
      outcome: 'held',
      message: 'Somebody has to agree.',
      rate: { id: 'a' },
      rule_id: `rule_${n}`,
      rule_set_hash: 'h',
      facts: { json: {} },
      decision: {
        outcome: 'held',
        rate: 'a',
        rule: `rule_${n}`,
        strategy: 'cheapest',
        why: null,
        options: {},
        holds: [{ rule: `rule_${n}`, reason: 'dear' }],
        notifications: [],
      },
      trace: { json: {} },
      run_id: `wevt_${n}`,
      test_mode: false,
      actor: 'key_1',
      created_at: at,
      updated_at: at,
      revision: 0,
    })),
  );
  await insert(
    'trigger_slot',
    each((n) => ({
      trigger_id: 'wtrg_0',
      slot: `2026-11-22T${n}`,
      org_id,
      workflow_id: 'wkfl_0',
      last_slot: `2026-11-22T${n}`,
      count: 1,
      is_more: false,
      status: 'fired',
      due_at: at,
      last_due_at: at,
      decided_at: at,
      run_id: `wevt_${n}`,
      revision: n,
    })),
  );
  await insert(
    'pause',
    each((n) => ({
      id: `wkfl_${n}`,
      org_id,
      scope: 'workflow',
      paused_at: at,
      paused_by: 'key_1',
      revision: 0,
    })),
  );
  await fillAccess(insert, each);
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
