import { expect, it } from 'vitest';
import { identify, type Named } from './identify.ts';

const aDelivery = (over: Partial<Named> = {}) =>
  identify({
    workflowId: 'wkfl_1',
    triggerId: 'wtrg_1',
    deliveryKey: undefined,
    once: undefined,
    idempotencyKey: undefined,
    ...over,
  });

it('a delivery that comes again is the same run by its key, whatever else it says', () => {
  const first = aDelivery({ deliveryKey: 'd1', once: 'a', idempotencyKey: 'x' });
  expect(first).toEqual(aDelivery({ deliveryKey: 'd1', once: 'b' }));
  expect(first).toMatchObject({ isRepeatable: true, isOnce: false });
  expect(first.runId).not.toBe(aDelivery({ deliveryKey: 'd2' }).runId);
  expect(first.runId).not.toBe(aDelivery({ deliveryKey: 'd1', triggerId: 'wtrg_2' }).runId);
});

it('what was signed once is refused when it comes again, also under another Idempotency-Key', () => {
  const first = aDelivery({ once: 'a', idempotencyKey: 'x' });
  expect(first).toEqual(aDelivery({ once: 'a', idempotencyKey: 'y' }));
  expect(first).toMatchObject({ isRepeatable: false, isOnce: true });
});

it('of what has no name every one is a run of its own', () => {
  expect(aDelivery().runId).not.toBe(aDelivery().runId);
  expect(aDelivery({ idempotencyKey: 'x' }).runId).toBe(aDelivery({ idempotencyKey: 'x' }).runId);
});
