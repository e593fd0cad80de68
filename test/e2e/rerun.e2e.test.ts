import { afterAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop, type Shop } from './support/shop-stub.ts';
import { httpAction, inline, mappingAction, newTag } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

afterAll(() => client.checkReplays());

const rerun = async (input: object) => {
  const text = `mutation ($input: RerunWorkflowEventMutationInput!) { rerun_workflow_event(input: $input) {
    errors { field messages } workflow_event { id } preview { reused repeated { slug method had_effect } } } }`;
  return (await client.query(text, { input })).rerun_workflow_event;
};
const dryRun = async (input: object) => {
  const text = `mutation ($input: DryRunWorkflowMutationInput!) { dry_run_workflow(input: $input) {
    errors { field messages } report } }`;
  return (await client.query(text, { input })).dry_run_workflow;
};
const replayWorkflow = async (id: string) => {
  const text = `mutation ($id: String!) { replay_workflow(input: { id: $id, last: 5 }) {
    errors { field messages } same runs } }`;
  return (await client.query(text, { id })).replay_workflow;
};

/** Fetch, map, then a post that the shop may refuse. */
const anOrder = (tag: string, { url }: Shop) =>
  inline(`Order ${tag}`, [
    httpAction(`Fetch ${tag}`, url, '/stock'),
    mappingAction(`Map ${tag}`, `{"count": {{steps.fetch_${tag}.response.count}}}`),
    httpAction(`Send ${tag}`, url, '/send', {
      method: 'post',
      parameters_template: `{"count": {{steps.map_${tag}.response.count}}, "token": "hidden-value"}`,
    }),
  ]);

const started = async (workflowId: string, parameters: object = {}) => {
  const { id } = await client.make('create_workflow_event', {
    workflow_id: workflowId,
    event_type: 'manual',
    parameters,
  });
  return client.endOf(id);
};

describe('a run that failed', () => {
  it('goes on from its failed step as a new run, and asks nobody again for what is known', async () => {
    let isRefused = true;
    await using shop = await openShop({
      '/stock': () => ({ body: { count: 3 } }),
      '/send': () => (isRefused ? { status: 400, body: { error: 'no' } } : { body: { ok: true } }),
    });
    const tag = newTag();
    const { id } = await client.make('create_workflow', anOrder(tag, shop));
    const failed = await started(id);
    expect(failed.status).toBe('failed');
    isRefused = false;

    const { preview } = await rerun({ id: failed.id, from: 'failed', preview: true });
    expect(preview).toEqual({
      reused: [`fetch_${tag}`, `map_${tag}`],
      repeated: [{ slug: `send_${tag}`, method: 'post', had_effect: true }],
    });
    expect(shop.receivedOn('/send')).toHaveLength(1);

    const { workflow_event } = await rerun({ id: failed.id, from: 'failed' });
    expect(await client.endOf(workflow_event.id)).toMatchObject({ status: 'success' });
    expect(shop.receivedOn('/stock')).toHaveLength(1);
    expect(JSON.parse(shop.receivedOn('/send')[1]?.body ?? '')).toMatchObject({ count: 3 });
  });
});

describe('a workflow', () => {
  it('is tried without an effect: nothing leaves, nothing is stored, and secrets do not show', async () => {
    await using shop = await openShop({ '/stock': () => ({ body: { count: 3 } }) });
    const tag = newTag();
    const { id } = await client.make('create_workflow', anOrder(tag, shop));
    const fixtures = { [`fetch_${tag}`]: { body: { count: 8 } } };
    const { errors, report } = await dryRun({ id, fixtures });
    expect(errors).toBeNull();
    expect(report).toMatchObject({
      steps: [
        { source: 'fixture' },
        { output: { count: 8 } },
        { source: 'missing', request: { body: { count: 8, token: '***' } } },
      ],
      end: { as: 'needs-response', slugs: [`send_${tag}`] },
    });
    expect(shop.received).toEqual([]);
    const { workflow_events } = await client.query(
      `query ($id: String!) { workflow_events(filter: { keyword: $id }) { edges { node { id } } } }`,
      { id },
    );
    expect(workflow_events.edges).toEqual([]);
  });

  it('that was changed shows what its last runs would be now', async () => {
    await using shop = await openShop({
      '/stock': () => ({ body: { count: 3 } }),
      '/send': () => ({ body: { ok: true } }),
    });
    const tag = newTag();
    const { id } = await client.make('create_workflow', anOrder(tag, shop));
    await started(id);
    expect(await replayWorkflow(id)).toMatchObject({ errors: null, same: true });
    const sent = shop.received.length;
    const mapping = mappingAction(`Map ${tag}`, `{"count": 4}`);
    await client.make('update_workflow', { id, actions: [{ ...mapping, slug: `map_${tag}` }] });
    expect(await replayWorkflow(id)).toMatchObject({
      same: false,
      runs: [{ steps: [{ is: 'same' }, { slug: `map_${tag}`, is: 'differs' }, { is: 'differs' }] }],
    });
    expect(shop.received).toHaveLength(sent);
  });

  it('shows its newest debug run to the editor, and the records of it', async () => {
    await using shop = await openShop({
      '/stock': () => ({ body: { count: 3 } }),
      '/send': () => ({ body: { ok: true } }),
    });
    const tag = newTag();
    const { id } = await client.make('create_workflow', anOrder(tag, shop));
    const debugged = await started(id, { debug: true });
    await started(id);
    const { workflow_events } = await client.query(
      `query ($id: String!) { workflow_events(filter: { keyword: $id, parameters_key: ["debug"], first: 1 }) {
        edges { node { id test_mode status parameters records { key meta } } } } }`,
      { id },
    );
    expect(workflow_events.edges).toMatchObject([
      { node: { id: debugged.id, status: 'success', parameters: { debug: true }, test_mode: false } },
    ]);
    expect(workflow_events.edges[0].node.records.length).toBeGreaterThan(3);
  });
});
