import type { Recorded } from '@karrio/event-store-client';

export const aFact = (type: string, runId: string, data: object = {}): Recorded => ({
  type,
  data,
  id: `${runId}-${type}`,
  stream: `run-${runId}`,
  revision: 0,
  position: 1n,
  recordedAt: '2026-11-22T09:00:00.000Z',
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

export const aWait = (runId: string, untilMs: number): Recorded =>
  aFact('RunWaiting', runId, { until: new Date(untilMs).toISOString() });

/** Of a workflow or of an organisation. */
export const aPause = (type: 'RunsPaused' | 'RunsResumed', id: string): Recorded => ({
  ...aFact(type, id, { scope: id.startsWith('org_') ? 'organization' : 'workflow', reason: null }),
  stream: `pause-${id}`,
});
