import { newId, streams } from '@karrio/contracts';
import type { EventStore, LogBatch, Recorded } from '@karrio/event-store-client';
import { BusUnavailable, type Bus } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { expect, it } from 'vitest';
import { relayLog } from '../src/relay-log.ts';

const ended = (id: string): Recorded => ({
  stream: streams.run(id),
  revision: 1,
  position: 500n,
  id: `event-of-${id}`,
  type: 'RunSucceeded',
  data: { workflowId: 'wkfl_1' },
  metadata: { org: 'org_1', actor: 'test', $correlationId: 'c', $causationId: 'c', schema: 1 },
  recordedAt: '2026-11-22T09:00:00.000Z',
});

// Else a relay that is killed while NATS is away leaves out what it had not announced.
it('the relay notes how far it came after everything up to there is stored, however long NATS or the store was away', async () => {
  const happened: string[] = [];
  const closing = new AbortController();
  const batch: LogBatch = {
    events: [ended(newId('run')), ended(newId('run'))],
    position: 500n,
    isCaughtUp: true,
  };
  let failures = 2;
  let unsaved = 1;
  const bus: Pick<Bus, 'persist'> = {
    persist: async (_subject, _payload, id) => {
      if (failures-- > 0) {
        happened.push('refused');
        throw new BusUnavailable('NATS is away');
      }
      happened.push(`stored ${id}`);
    },
  };
  const store: Pick<EventStore, 'follow'> = {
    follow: async function* () {
      yield batch;
    },
  };
  await relayLog(
    {
      store: store as EventStore,
      bus: bus as Bus,
      checkpoint: {
        announced: undefined,
        save: async (announced) => {
          if (unsaved-- > 0) throw new Error('the store is away');
          happened.push(`saved ${announced}`);
          closing.abort();
        },
      },
      log: createLogger('test', 'silent'),
      announced: { add: () => undefined },
    },
    closing.signal,
  );

  expect(happened).toEqual([
    'refused',
    'refused',
    ...batch.events.map(({ id }) => `stored ${id}`),
    'saved 500',
  ]);
});
