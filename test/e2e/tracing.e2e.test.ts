import { EventStoreDBClient } from '@eventstore/db-client';
import { eventually, startOtlpReceiver } from '@karrio/testing';
import { expect, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { openShop } from './support/shop-stub.ts';
import { startStack } from './support/stack.ts';
import { newTag, orders, ordersWorkflow } from './support/workflow.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

it('is one trace from the HTTP request to the last append, and the events name it', async () => {
  await using collector = await startOtlpReceiver();
  await using stack = await startStack({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' },
  });
  await using shop = await openShop({ '/orders.json': () => ({ body: { orders } }) });
  const client = gatewayClient(stack);
  const over = { trigger: { trigger_type: 'webhook' } };
  const { id } = await client.make('create_workflow', ordersWorkflow(newTag(), shop.url, over));
  const response = await fetch(`${stack.gateway}/v1/workflows/${id}/trigger?wait=50s`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ limit: 2, at_least: 1 }),
  });
  const run = await response.json();
  expect(run).toMatchObject({ status: 'success' });

  const spans = () => collector.spans.filter((span) => span.traceId === traceId);
  const appends = () => spans().filter(({ attributes }) => attributes['karrio.stream'] === `run-${run.id}`);
  // Each service reports by itself: none is known to be the last.
  await eventually('all of the trace is reported', () => {
    expect(appends()).toHaveLength(3);
    expect(new Set(spans().map(({ service }) => service))).toEqual(
      new Set(['gateway', 'command', 'executor']),
    );
    expect(spans().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['command request_run', 'execute run', 'action http_request']),
    );
    // Every span but the caller's own hangs below another: none begins a trace of its own.
    const ids = new Set(spans().map(({ spanId }) => spanId));
    const roots = spans().filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''));
    expect(roots.map(({ name }) => name)).toEqual(['POST /v1/workflows/{id}/trigger']);
    return true;
  });

  const store = EventStoreDBClient.connectionString(stack.eventstore);
  const metadata = [];
  for await (const { event } of store.readStream(`run-${run.id}`)) metadata.push(event?.metadata);
  await store.dispose();
  expect(metadata).toHaveLength(7);
  for (const each of metadata) {
    expect(each).toMatchObject({ traceparent: expect.stringContaining(traceId) });
  }
}, 240_000);
