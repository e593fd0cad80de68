import { temporaryFolder } from '@karrio/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop, type Shop } from './support/shop-stub.ts';
import { httpAction, inline, mappingAction, newTag } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

afterAll(() => client.checkReplays());

const rerun = async (input: object) => {
  const query = `mutation ($input: RerunWorkflowEventMutationInput!) { rerun_workflow_event(input: $input) {
    errors { field messages } workflow_event { id } preview { reused repeated { slug method had_effect } } } }`;
  return (await client.query(query, { input })).rerun_workflow_event;
};
const dryRun = async (input: object) => {
  const query = `mutation ($input: DryRunWorkflowMutationInput!) { dry_run_workflow(input: $input) {
    errors { field messages } report } }`;
  return (await client.query(query, { input })).dry_run_workflow;
};
const replayWorkflow = async (id: string, draft?: object) => {
  const query = `mutation ($input: ReplayWorkflowMutationInput!) { replay_workflow(input: $input) {
    errors { field messages } same runs } }`;
  return (await client.query(query, { input: { id, last: 5, draft } })).replay_workflow;
};

/** What `npm run replay` says, and how it ends. */
const replayCommand = async (...args: readonly string[]) => {
  const main = resolve(import.meta.dirname, '../../deploy/local/src/replay/main.ts');
  const { gateway, apiKey: KARRIO_API_KEY } = inject('stack');
  const child = spawn(process.execPath, [main, '--gateway', gateway, ...args], { env: { KARRIO_API_KEY } });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { lines: stdout.trim().split('\n'), stderr, status: Number(status) };
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

  it('that is to be changed is tried, and its last runs followed, by a draft that nobody sees', async () => {
    await using shop = await openShop({
      '/stock': () => ({ body: { count: 3 } }),
      '/send': () => ({ body: { ok: true } }),
    });
    const tag = newTag();
    const { id } = await client.make('create_workflow', anOrder(tag, shop));
    const before = await client.readWorkflow(id);
    const run = await started(id);
    const sent = shop.received.length;
    const draft = { actions: [{ slug: `map_${tag}`, parameters_template: '{"count": 4}' }] };
    expect(await replayWorkflow(id, draft)).toMatchObject({
      errors: null,
      same: false,
      runs: [{ steps: [{ is: 'same' }, { slug: `map_${tag}`, is: 'differs' }, { is: 'differs' }] }],
    });
    const { report } = await dryRun({ from_run: run.id, draft });
    expect(report).toMatchObject({
      steps: [{}, { output: { count: 4 } }, { request: { body: { count: 4 } } }],
    });
    expect(
      await replayWorkflow(id, { actions: [{ slug: `map_${tag}`, parameters_template: '{{#if' }] }),
    ).toMatchObject({
      errors: [{ field: 'draft.actions[0].parameters_template' }],
    });

    await using folder = await temporaryFolder();
    const file = join(folder.path, 'draft.json');
    await writeFile(file, JSON.stringify(draft));
    expect(await replayCommand('--workflow', id, '--draft', file)).toMatchObject({
      status: 1,
      lines: expect.arrayContaining([
        run.id,
        `  map_${tag} differs`,
        '    output.count: 3 → 4',
        '0 of 1 runs would be the same.',
      ]),
    });
    expect(await replayCommand('--workflow', id)).toMatchObject({
      status: 0,
      lines: ['1 of 1 runs would be the same.'],
    });
    expect(await replayCommand('--workflow', 'wkfl_0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('id:'),
    });
    expect(await client.readWorkflow(id)).toEqual(before);
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
