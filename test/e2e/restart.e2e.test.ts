import { eventually, temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { gatewayClient, type Client } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { processesOn, startStack } from './support/stack.ts';
import { inline, mappingAction, newTag, orders, ordersWorkflow } from './support/workflow.ts';

const everyMs = 2_000;

/** Each other second, also those that pass while nothing runs; gives its trigger. */
const scheduleClosely = async (client: Client): Promise<string> => {
  const tag = newTag();
  const trigger = {
    trigger_type: 'scheduled',
    schedule: '*/2 * * * * *',
    schedule_policy: { catch_up_policy: 'all' },
  };
  const workflow = inline(`Close ${tag}`, [mappingAction(`Note ${tag}`, '{}')], { trigger });
  return (await client.make('create_workflow', workflow)).trigger.id;
};

type Slot = Readonly<{ due_at: string; status: string; run_id: string | null }>;

/** The newest hundred of a trigger, the oldest of them first, once one is due after `ms`. */
const slotsUntil = (client: Client, trigger_id: string, ms: number): Promise<readonly Slot[]> =>
  eventually('a later slot is decided', async () => {
    const query = `query ($filter: TriggerSlotFilter!) { trigger_slots(filter: $filter) {
      edges { node { due_at status run_id } } } }`;
    const { trigger_slots } = await client.query(query, { filter: { trigger_id, first: 100 } });
    const slots: readonly Slot[] = trigger_slots.edges.map(({ node }: { node: Slot }) => node).toReversed();
    return Date.parse(slots.at(-1)?.due_at ?? '') > ms && slots;
  });

/** A run that waits for as long as a restart may take. */
const startWaiting = async (client: Client): Promise<string> => {
  const name = `Wait ${newTag()}`;
  const wait = { name, action_type: 'wait', parameters_template: '{"seconds": 4}' };
  const { id: workflow_id } = await client.make('create_workflow', inline(name, [wait]));
  const { id } = await client.make('create_workflow_event', { workflow_id, event_type: 'manual' });
  return id;
};

describe('a stack that is stopped and started again', () => {
  it('leaves no process, shows the same runs to the same key, and makes up for each slot and wait in between', async () => {
    await using folder = await temporaryFolder();
    await using shop = await openShop({ '/orders.json': () => ({ body: { orders } }) });
    const first = await startStack({ dataDir: folder.path });
    const client = gatewayClient(first);
    const trigger = await scheduleClosely(client);
    const workflow = await client.make('create_workflow', ordersWorkflow(newTag(), shop.url));
    const parameters = { limit: 2, at_least: 1 };
    const start = { workflow_id: workflow.id, event_type: 'manual', parameters };
    const { id } = await client.make('create_workflow_event', start);
    const before = await client.endOf(id);
    expect(before.status).toBe('success');
    expect(processesOn(folder.path).length).toBeGreaterThan(8);
    for (const part of [
      'event-store',
      'command',
      'executor',
      'query',
      'relay',
      'scheduler',
      'rules',
      'gateway',
    ])
      expect([part, (await fetch(`${first.ops[part]}/readyz`)).status]).toEqual([part, 200]);

    await slotsUntil(client, trigger, 0);
    const waiting = await startWaiting(client);
    expect(await first.stop()).toBe(0);
    expect(processesOn(folder.path)).toEqual([]);

    await using second = await startStack({ dataDir: folder.path });
    expect([second.gateway, second.apiKey]).toEqual([first.gateway, first.apiKey]);
    const restartedMs = Date.now();
    const again = gatewayClient(second);
    expect(await again.readRun(id)).toEqual(before);
    expect(await again.readWorkflow(workflow.id)).toEqual(workflow);
    const next = await again.make('create_workflow_event', start);
    expect(await again.endOf(next.id)).toMatchObject({ status: 'success', plan_hash: before.plan_hash });
    expect(await again.endOf(waiting)).toMatchObject({ status: 'success' });

    const slots = await slotsUntil(again, trigger, restartedMs);
    const [{ due_at } = { due_at: '' }] = slots;
    expect(slots.map((slot) => slot.due_at)).toEqual(
      slots.map((_, index) => new Date(Date.parse(due_at) + index * everyMs).toISOString()),
    );
    expect(new Set(slots.map(({ run_id }) => run_id)).size).toBe(slots.length);
    for (const { status, run_id } of slots) {
      expect(['fired', 'caught_up']).toContain(status);
      expect(await again.endOf(run_id ?? '')).toMatchObject({ status: 'success' });
    }
  }, 240_000);
});
