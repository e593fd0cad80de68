import { eventually } from '@karrio/testing';
import { describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { httpAction, inline, mappingAction, newTag, recordsOf } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));

const start = async (workflowId: string, parameters: object = {}): Promise<string> =>
  (
    await client.make('create_workflow_event', {
      workflow_id: workflowId,
      event_type: 'manual',
      parameters,
    })
  ).id;

/** A workflow of two saved actions: `ask`, then `tell`, which posts `version: 1`. */
const savedWorkflow = async (tag: string, shop: string) => {
  const ask = await client.make('create_workflow_action', httpAction(`Ask ${tag}`, shop, '/ask'));
  const tell = await client.make(
    'create_workflow_action',
    httpAction(`Tell ${tag}`, shop, '/tell', {
      method: 'post',
      parameters_type: 'data',
      parameters_template: '{"version": 1}',
    }),
  );
  const workflow = await client.make('create_workflow', {
    name: `Saved ${tag}`,
    action_nodes: [
      { order: 1, slug: ask.slug },
      { order: 2, slug: tell.slug },
    ],
  });
  return { ask, tell, workflow };
};

describe('a workflow of saved actions', () => {
  it('runs as it was published when the run began; an edit is for the next run', async () => {
    const released = Promise.withResolvers<void>();
    await using shop = await openShop({
      '/ask': () => released.promise.then(() => ({ body: {} })),
      '/tell': () => ({ body: {} }),
    });
    const { tell, workflow } = await savedWorkflow(newTag(), shop.url);

    const first = await start(workflow.id);
    await eventually('the run is under way', () => shop.receivedOn('/ask').length === 1);
    const planned = (await client.readRun(first))?.plan_hash;
    await client.make('update_workflow_action', { id: tell.id, parameters_template: '{"version": 2}' });
    released.resolve();

    const ended = await client.endOf(first);
    expect([ended.status, ended.plan_hash]).toEqual(['success', planned]);
    const second = await client.endOf(await start(workflow.id));
    expect(second.plan_hash).not.toBe(planned);
    expect(shop.receivedOn('/tell').map(({ body }) => JSON.parse(body))).toEqual([
      { version: 1 },
      { version: 2 },
    ]);
  });

  it('keeps its slug, and so its templates, when an action gets another name', async () => {
    const tag = newTag();
    const workflow = await client.make(
      'create_workflow',
      inline(`Rename ${tag}`, [
        mappingAction(`One ${tag}`, '{"n": 1}'),
        mappingAction(`Two ${tag}`, `{"n": {{add steps.one_${tag}.response.n 1}} }`),
      ]),
    );
    const [one] = workflow.actions;
    const renamed = await client.make('update_workflow_action', { id: one.id, name: `First ${tag}` });
    expect(renamed).toMatchObject({ name: `First ${tag}`, slug: `one_${tag}` });

    const run = await client.endOf(await start(workflow.id));
    expect(recordsOf(run, `two_${tag}`)).toMatchObject({ 'action-output': { output: { n: 2 } } });
  });

  it('holds its actions: one that it names cannot be deleted, and the refusal names the workflow', async () => {
    const { ask, workflow } = await savedWorkflow(newTag(), 'http://127.0.0.1:9');
    const { errors } = await client.change('delete_workflow_action', { id: ask.id });
    expect(errors).toEqual([{ field: 'id', messages: [expect.stringContaining(workflow.name)] }]);
    expect(await client.readAction(ask.id)).toMatchObject({ slug: ask.slug });

    await client.make('delete_workflow', { id: workflow.id });
    expect((await client.change('delete_workflow_action', { id: ask.id })).errors).toBeNull();
    expect(await client.readAction(ask.id)).toBeNull();
  });

  it('leaves its runs readable when it is deleted', async () => {
    await using shop = await openShop({
      '/ask': () => ({ body: {} }),
      '/tell': () => ({ body: { told: true } }),
    });
    const { tell, workflow } = await savedWorkflow(newTag(), shop.url);
    const before = await client.endOf(await start(workflow.id));
    await client.make('delete_workflow', { id: workflow.id });

    expect(await client.readWorkflow(workflow.id)).toBeNull();
    const after = await client.readRun(before.id);
    expect(after).toEqual(before);
    expect(after && recordsOf(after, tell.slug)).toMatchObject({
      'action-output': { output: { told: true } },
    });
  });
});

describe('the next query', () => {
  it('shows what a mutation has changed, each of twenty times', async () => {
    const { id: actionId } = await client.make(
      'create_workflow_action',
      mappingAction(`Base ${newTag()}`, '{}'),
    );
    for (let round = 0; round < 20; round++) {
      const tag = newTag();
      const action = await client.make('create_workflow_action', mappingAction(`Map ${tag}`, '{}'));
      expect(await client.readAction(action.id)).toEqual(action);

      const changed = await client.make('update_workflow_action', { id: actionId, description: tag });
      expect(changed.description).toBe(tag);
      expect(await client.readAction(actionId)).toEqual(changed);

      const node = { order: 1, slug: action.slug };
      const made = await client.make('create_workflow', { name: `Seen ${tag}`, action_nodes: [node] });
      expect(await client.readWorkflow(made.id)).toEqual(made);

      await client.make('create_workflow_trigger', { workflow_id: made.id, trigger_type: 'webhook' });
      expect(await client.readWorkflow(made.id)).toMatchObject({ trigger: { trigger_type: 'webhook' } });

      await client.make('deactivate_workflow', { id: made.id });
      expect(await client.readWorkflow(made.id)).toMatchObject({ is_active: false });
      await client.make('update_workflow', { id: made.id, is_active: true, name: `Again ${tag}` });
      expect(await client.readWorkflow(made.id)).toMatchObject({ is_active: true, name: `Again ${tag}` });

      expect(await client.readRun(await start(made.id, { round }))).toMatchObject({ parameters: { round } });

      await client.make('delete_workflow', { id: made.id });
      expect(await client.readWorkflow(made.id)).toBeNull();
    }
  });
});
