import { eventually } from '@karrio/testing';
import { expect, it } from 'vitest';
import { addTrigger, addWorkflow, startGateway } from './harness.ts';

it('a delivery is no success, and may be repeated, where nobody answers its command', async () => {
  await using gateway = await startGateway({ commandTimeoutMs: 300 });
  const { id } = await addWorkflow(gateway);
  await addTrigger(gateway, id);
  const response = await fetch(`${gateway.url}/v1/workflows/${id}/trigger`, { method: 'POST' });
  const [error] = JSON.parse(await response.text()).errors;
  expect([response.status, response.headers.get('retry-after'), error.code]).toEqual([
    503,
    '2',
    'outcome_unknown',
  ]);
  expect(error.message).toContain('Idempotency-Key');
});

it('a gateway without NATS says so, refuses what it cannot accept, and lives on', async () => {
  await using gateway = await startGateway({ commandTimeoutMs: 300 });
  const { id } = await addWorkflow(gateway);
  await addTrigger(gateway, id);
  expect((await fetch(`${gateway.opsUrl}/readyz`)).status).toBe(200);

  await gateway.nats.kill();
  await eventually('readiness names NATS', async () => {
    const response = await fetch(`${gateway.opsUrl}/readyz`);
    const { parts } = JSON.parse(await response.text());
    return response.status === 503 && parts.nats.ok === false && parts.database.ok === true;
  });
  const response = await fetch(`${gateway.url}/v1/workflows/${id}/trigger`, { method: 'POST' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await fetch(`${gateway.opsUrl}/healthz`)).status).toBe(200);
});
