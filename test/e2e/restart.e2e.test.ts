import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { processesOn, startStack } from './support/stack.ts';
import { newTag, orders, ordersWorkflow } from './support/workflow.ts';

describe('a stack that is stopped and started again', () => {
  it('leaves no process, and shows the same runs to the same key', async () => {
    await using folder = await temporaryFolder();
    await using shop = await openShop({ '/orders.json': () => ({ body: { orders } }) });
    const first = await startStack({ dataDir: folder.path });
    const client = gatewayClient(first);
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

    expect(await first.stop()).toBe(0);
    expect(processesOn(folder.path)).toEqual([]);

    await using second = await startStack({ dataDir: folder.path });
    expect([second.gateway, second.apiKey]).toEqual([first.gateway, first.apiKey]);
    const again = gatewayClient(second);
    expect(await again.readRun(id)).toEqual(before);
    expect(await again.readWorkflow(workflow.id)).toEqual(workflow);
    const next = await again.make('create_workflow_event', start);
    expect(await again.endOf(next.id)).toMatchObject({ status: 'success', plan_hash: before.plan_hash });
  });
});
