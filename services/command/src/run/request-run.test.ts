import type { Command } from '@karrio/contracts';
import { expect, it } from 'vitest';
import { createBacklog } from '../backlog/backlog.ts';
import { createCatalog } from '../catalog/catalog.ts';
import { at, recorded } from '../definition/catalog.fixture.ts';
import { envelopeOf } from '../envelope.ts';
import { requestRun, type RequestPorts } from './request-run.ts';

const command: Command = {
  id: 'cmd_1',
  name: 'request_run',
  org: 'org_1',
  actor: 'ann',
  issuedAt: at,
  expiresAt: at,
  payload: {},
};

it('a run that could not be written takes no place in the backlog', async () => {
  const catalog = createCatalog();
  catalog.apply(
    recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
      id: 'wkfl_1',
      slug: 'orders',
      isActive: true,
      definition: { name: 'Orders', description: null, actionNodes: [], metadata: {}, templateSlug: null },
      at,
    }),
  );
  const backlog = createBacklog(1);
  const away = () => Promise.reject(new Error('the store is away'));
  const request = (given: Partial<RequestPorts>) => {
    const ports = { catalog, backlog, depthMax: 10, sealPlan: async () => 'h', ...given } as RequestPorts;
    const payload = { runId: 'wevt_1', workflowId: 'wkfl_1', eventType: 'manual', testMode: false } as const;
    return requestRun(ports, { ...payload, parameters: {} }, envelopeOf(command, 'wevt_1'));
  };
  await expect(request({ store: { append: away } as never })).rejects.toThrow('away');
  await expect(request({ sealPlan: away })).rejects.toThrow('away');
  expect(backlog.count()).toBe(0);
});
