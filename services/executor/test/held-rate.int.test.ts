import { jetStreams, newId, streams, subjects, type Answer } from '@karrio/contracts';
import type { RunEvent } from '@karrio/domain';
import { connectNats } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuns } from './open-executor.ts';

const stack = new AsyncDisposableStack();
let runs: Awaited<ReturnType<typeof openRuns>>;

/** What becomes of the next question about a decision; the rules service of this test holds every rate. */
let decided: (runId: string) => Promise<object>;
const held = { outcome: 'held', message: 'Settle rdec_1.' };
const selected = { outcome: 'selected', selected_rate: { id: 'a' } };

beforeAll(async () => {
  runs = stack.use(await openRuns());
  const log = createLogger('test', 'silent');
  const bus = stack.use(await connectNats({ url: runs.env.NATS_URL, name: 'test', log }));
  const runOf = new Map<string, string>();
  stack.use(
    bus.consume({
      stream: jetStreams.commands,
      durable: 'rules',
      subject: subjects.command,
      filter: subjects.command.matching({ service: 'rules' }),
      ackWaitMs: 30_000,
      concurrency: 1,
      handle: async ({ payload, replyTo }) => {
        const { decisionId, runId } = payload as { decisionId: string; runId: string };
        runOf.set(decisionId, runId);
        bus.publish(replyTo ?? '', { accepted: { id: decisionId, position: '1', result: held } });
      },
    }),
  );
  stack.use(
    bus.respond('rules', async ({ payload }): Promise<Answer> => {
      const runId = runOf.get((payload as { id: string }).id) ?? '';
      return { answered: JSON.parse(JSON.stringify(await decided(runId))) };
    }),
  );
  stack.use(await runs.startExecutor());
});
afterAll(() => stack.disposeAsync());

const rates = [{ id: 'a', carrier_name: 'ups', total_charge: 1, currency: 'USD' }];
const choose = {
  actionType: 'select_rate' as const,
  method: null,
  parametersTemplate: JSON.stringify({ shipment: {}, rates }),
};
const typesOf = async (runId: string) => (await runs.eventsOf(runId)).map(({ type }) => type);

/** As the write side does, when a person has settled the decision. */
const redrive = async (runId: string) => {
  const last = (await runs.eventsOf(runId)).at(-1);
  if (!last) throw new Error('no run');
  const event: RunEvent = { type: 'RunRedriven', data: { by: 'ann', at: last.recordedAt } };
  const metadata = { ...last.metadata, $causationId: newId('command') };
  await runs.store.append(streams.run(runId), [{ ...event, id: randomUUID(), metadata }], last.revision);
};
const started = async () => {
  const runId = await runs.aRun(choose);
  runs.wake(runId);
  return runId;
};

describe('a run whose rate is held', () => {
  it('is parked for the decision, asks again whenever it goes on, and goes on with what was decided', async () => {
    decided = async () => held;
    const runId = await started();
    const isParked = (times: number) => async () =>
      (await typesOf(runId)).filter((type) => type === 'RunParked').length === times;
    await eventually('it is parked', isParked(1));
    await redrive(runId);
    runs.wake(runId);
    await eventually('it is parked again', isParked(2));
    expect((await runs.eventsOf(runId)).at(-1)?.data).toMatchObject({
      cause: 'rate-held',
      action: 'a',
      message: 'Settle rdec_1.',
    });
    decided = async () => selected;
    await redrive(runId);
    runs.wake(runId);
    const events = await runs.endOf(runId);
    expect(events.slice(-2)).toMatchObject([
      { type: 'ActionSucceeded', data: { attempt: 1, output: { json: selected } } },
      { type: 'RunSucceeded' },
    ]);
    expect(events.filter(({ type }) => type === 'ActionStarted')).toHaveLength(1);
  });

  it('is not parked where a person was quicker than its executor', async () => {
    decided = async () => selected;
    const runId = await started();
    const events = await runs.endOf(runId);
    expect(events.map(({ type }) => type).slice(-3)).toEqual([
      'ActionDeferred',
      'ActionSucceeded',
      'RunSucceeded',
    ]);
  });

  it('is not left parked where a person settles it between its question and its parking', async () => {
    let questions = 0;
    decided = async (runId) => {
      if (++questions > 1) return selected;
      await redrive(runId);
      runs.wake(runId);
      return held;
    };
    const runId = await started();
    const events = await runs.endOf(runId);
    expect(events.map(({ type }) => type)).not.toContain('RunParked');
    expect(events.at(-1)).toMatchObject({ type: 'RunSucceeded' });
  });

  it('goes on from where an executor died before it had asked', async () => {
    decided = async () => selected;
    const at = new Date().toISOString();
    const attempt = {
      slug: 'a',
      actionId: 'wact_a',
      actionType: 'select_rate',
      order: 1,
      attempt: 1,
    } as const;
    const request = { method: 'POST', url: 'rules:select', headers: {}, body: null };
    const runId = await runs.aRun(
      choose,
      { type: 'RunStarted', data: { at } },
      { type: 'ActionStarted', data: { ...attempt, request, idempotencyKey: 'k', at } },
      {
        type: 'ActionDeferred',
        data: { ...attempt, output: { json: held }, message: 'm', startedAt: at, at },
      },
    );
    runs.wake(runId);
    expect((await runs.endOf(runId)).at(-1)).toMatchObject({ type: 'RunSucceeded' });
  });
});
