import { eventually } from '@karrio/testing';
import { describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { inline, mappingAction, newTag, recordsOf } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));
const { authorization } = client;
const tag = newTag();

const rate = (id: string, total_charge: number, transit_days: number) => ({
  id,
  carrier_name: 'ups',
  carrier_id: 'ups-main',
  service: `ups_${id}`,
  currency: 'USD',
  total_charge,
  transit_days,
});
const rates = [rate('air', 30, 1), rate('ground', 10, 5)];
/** Only this story's rules are about its tag: all stories share an organisation. */
const facts = { shipment: { tags: [tag], recipient: { country_code: 'US' } }, rates };
const mine = { field: 'shipment.tags', operator: 'contains', value: tag };

const mutate = async (name: string, type: string, input: object, shown: string) => {
  const text = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { field messages } ${shown} } }`;
  return (await client.query(text, { input }))[name];
};
const select = async (key: string, given: object = facts) => {
  const headers = { authorization, 'idempotency-key': key };
  const { status, body } = await client.send('/v1/rates/select', { body: JSON.stringify(given), headers });
  expect(status).toBe(200);
  return body;
};

/** Undefined while there are none. */
const runsOf = async (workflow_id: string) => {
  const query = `query ($workflow_id: String!) { workflow_events(filter: { workflow_id: $workflow_id }) {
    edges { node { id } } } }`;
  const { edges } = (await client.query(query, { workflow_id })).workflow_events;
  return edges.length > 0 ? edges.map(({ node }: { node: { id: string } }) => node) : undefined;
};

describe('shipping rules', () => {
  it('are defined, select rates, explain and repeat what they did, change, and are tried on the past', async () => {
    const from = new Date().toISOString();
    const made = await mutate(
      'create_shipping_rule',
      'CreateShippingRuleMutationInput',
      { name: `Cheapest ${tag}`, template_slug: 'cheapest-option', priority: 900, condition: mine },
      'shipping_rule { id priority actions { select_service { strategy } } } warnings { kind }',
    );
    const { id } = made.shipping_rule;
    expect(made).toMatchObject({ errors: null, warnings: [], shipping_rule: { priority: 900 } });

    const first = await select(`${tag}-1`);
    expect(first).toMatchObject({
      outcome: 'selected',
      selected_rate: { id: 'ground' },
      rule_activity: { rule: id },
    });

    const { explain_rate_decision: explained } = await client.query(
      'query ($id: String!) { explain_rate_decision(id: $id) { says rates } }',
      { id: first.id },
    );
    expect(explained.rates).toMatchObject([
      { rate: 'air', changes: [{}] },
      { rate: 'ground', standing: 'selected' },
    ]);

    const faster = { id, actions: { select_service: { strategy: 'fastest' } } };
    await mutate('update_shipping_rule', 'UpdateShippingRuleMutationInput', faster, 'shipping_rule { id }');
    expect(await select(`${tag}-2`)).toMatchObject({ selected_rate: { id: 'air' } });
    expect(await select(`${tag}-1`)).toEqual(first);

    const { shipping_rule_versions: versions } = await client.query(
      'query ($id: String!) { shipping_rule_versions(id: $id) { version change position } }',
      { id },
    );
    expect(versions).toMatchObject([
      { version: 2, change: 'RuleRevised' },
      { version: 1, change: 'RuleCreated' },
    ]);

    const shown = await eventually('both decisions are shown', async () => {
      const { rate_decisions: found } = await client.query(
        'query ($id: String!) { rate_decisions(filter: { rule_id: $id }) { edges { node { id outcome } } } }',
        { id },
      );
      return found.edges.length === 2 ? found.edges : undefined;
    });
    expect(shown).toHaveLength(2);
    const draft = [
      {
        id,
        name: 'Cheapest again',
        priority: 900,
        condition: mine,
        actions: { select_service: { strategy: 'cheapest' } },
      },
    ];
    const input = { from, to: new Date(Date.now() + 60_000).toISOString(), draft };
    const { id: backtest } = await mutate(
      'backtest_shipping_rules',
      'BacktestShippingRulesMutationInput',
      input,
      'id',
    );
    const tested = await eventually('the backtest is over', async () => {
      const { shipping_rule_backtest: found } = await client.query(
        'query ($id: String!) { shipping_rule_backtest(id: $id) { status result } }',
        { id: backtest },
      );
      return found.status === 'running' ? undefined : found;
    });
    expect(tested).toMatchObject({
      status: 'finished',
      result: { byRule: { [id]: { before: 2, after: 2, flips: 1 } } },
    });
  });

  it('hold the rate of a workflow until a person has taken one, and say in a dry run that they would', async () => {
    const hold = await client.make('create_shipping_rule', {
      name: `Ask ${tag}`,
      condition: { all: [mine, { field: 'shipment.channel', operator: 'eq', value: 'look' }] },
      further_actions: [{ type: 'hold', reason: 'Worth a look.' }],
    });
    const choose = {
      name: `Look ${tag}`,
      action_type: 'select_rate',
      content_type: 'json',
      parameters_template: '{"shipment": {{parameters.shipment}}, "rates": {{parameters.rates}}}',
    };
    const use = {
      name: `Use ${tag}`,
      action_type: 'data_mapping',
      content_type: 'json',
      parameters_template: `{"service": "{{steps.look_${tag}.response.selected_rate.service}}"}`,
    };
    const workflow = await client.make('create_workflow', inline(`Look ${tag}`, [choose, use]));
    const parameters = { ...facts, shipment: { ...facts.shipment, channel: 'look' } };
    const { dry_run_workflow: dry } = await client.query(
      'mutation ($id: String!, $parameters: JSON) { dry_run_workflow(input: { id: $id, parameters: $parameters }) { errors { field messages } report } }',
      { id: workflow.id, parameters },
    );
    expect(dry).toMatchObject({
      errors: null,
      report: {
        steps: [{ source: 'simulated', output: { id: null, outcome: 'held' } }],
        end: { as: 'RunParked', message: expect.stringContaining('Worth a look.') },
      },
    });
    const { id } = await client.make('create_workflow_event', {
      workflow_id: workflow.id,
      event_type: 'manual',
      parameters,
    });
    const parked = await eventually('the run waits for a person', async () => {
      const run = await client.readRun(id);
      return run?.state === 'parked' && run;
    });
    expect(parked.parked).toMatchObject({ cause: 'rate-held', action: `look_${tag}` });
    const open = `{ rate_decisions(filter: { is_open: true, run_id: "${id}" }) { edges { node { id outcome selected_rate } } } }`;
    const { rate_decisions: waiting } = await client.query(open);
    expect(waiting.edges).toMatchObject([{ node: { outcome: 'held', selected_rate: { id: 'air' } } }]);

    const path = `/v1/rate-decisions/${waiting.edges[0].node.id}/settle`;
    const body = JSON.stringify({ rate_id: 'ground', note: 'No hurry' });
    const settled = await client.send(path, { body, headers: { authorization } });
    expect(settled).toMatchObject({
      status: 200,
      body: { outcome: 'selected', selected_rate: { id: 'ground' } },
    });
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'success', parked: null });
    expect(recordsOf(run, `use_${tag}`)).toMatchObject({
      'action-output': { output: { service: 'ups_ground' } },
    });
    expect((await client.query(open)).rate_decisions.edges).toEqual([]);
    await mutate('delete_shipping_rule', 'DeleteMutationInput', { id: hold.id }, 'id');
  });

  it('start the workflow of a rule that notifies, once for a decision however often it is asked for', async () => {
    const name = `Tell ${tag}`;
    const note = '{"level": "{{parameters.level}}", "decision": "{{parameters.decision_id}}"}';
    const { id: workflow } = await client.make('create_workflow', inline(name, [mappingAction(name, note)]));
    await client.make('create_shipping_rule', {
      name,
      priority: 950,
      condition: { all: [mine, { field: 'shipment.channel', operator: 'eq', value: 'tell' }] },
      actions: { select_service: { strategy: 'cheapest' } },
      further_actions: [{ type: 'notify', workflow, parameters: { level: 'high' } }],
    });
    const given = { ...facts, shipment: { ...facts.shipment, channel: 'tell' } };
    const asking = Array.from({ length: 5 }, () => select(`${tag}-tell`, given));
    const [decision, ...repeated] = await Promise.all(asking);
    expect(decision).toMatchObject({ outcome: 'selected', selected_rate: { id: 'ground' } });
    for (const each of repeated) expect(each).toEqual(decision);

    const [started] = await eventually('its run is shown', () => runsOf(workflow));
    expect(recordsOf(await client.endOf(started.id), `tell_${tag}`)).toMatchObject({
      'action-output': { output: { level: 'high', decision: decision.id } },
    });
    // A second decision is told after whatever the first one had to tell.
    await select(`${tag}-tell-2`, given);
    const both = await eventually('the second is told', async () => {
      const runs = await runsOf(workflow);
      return runs && runs.length > 1 && runs;
    });
    expect(both).toHaveLength(2);
  });

  it('choose for a workflow, which goes on with the rate and finds its decision', async () => {
    const action = {
      name: `Choose ${tag}`,
      action_type: 'select_rate',
      content_type: 'json',
      parameters_template: '{"shipment": {{parameters.shipment}}, "rates": {{parameters.rates}}}',
    };
    const workflow = await client.make('create_workflow', inline(`Ship ${tag}`, [action]));
    const event = { workflow_id: workflow.id, event_type: 'manual', parameters: facts };
    const { id } = await client.make('create_workflow_event', event);
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'success', failure: null });
    const decided = await eventually('the decision is shown', async () => {
      const { rate_decisions: found } = await client.query(
        'query ($id: String!) { rate_decisions(filter: { run_id: $id }) { edges { node { selected_rate } } } }',
        { id },
      );
      return found.edges[0]?.node;
    });
    expect(decided).toMatchObject({ selected_rate: { id: 'air' } });
    await client.checkReplays();
  });
});
