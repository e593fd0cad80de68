import { streams } from '@karrio/contracts';
import type { PauseEvent } from '@karrio/domain';
import { eventually } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExecutor, type Executor } from './open-executor.ts';
import { openShop } from './shop.ts';

let executor: Executor;
beforeAll(async () => {
  executor = await openExecutor({ RUN_LEASE_MS: '1000' });
});
afterAll(() => executor[Symbol.asyncDispose]());

/** Pauses or resumes the only workflow of the tests, or an organisation. */
const change = async (id: string, type: PauseEvent['type'], at = new Date().toISOString()) => {
  const scope = id.startsWith('org') ? 'organization' : 'workflow';
  const data = type === 'RunsPaused' ? { scope, reason: 'Rates are wrong', at } : { scope, at };
  const org = id.startsWith('org') ? id : 'org_1';
  const metadata = { org, actor: 'key_1', $correlationId: 'c', $causationId: 'c', schema: 1 } as const;
  const stream = streams.pause(id);
  const last = (await executor.store.read(stream)).at(-1);
  const event = { type, data, id: randomUUID(), metadata };
  return executor.store.append(stream, [event], last?.revision ?? 'no-stream');
};
const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe.each(['wkfl_1', 'org_1'])('while %s is paused', (id) => {
  it('no run begins, and afterwards they go on, saying what held them', async () => {
    await using shop = await openShop((_, response) => response.end('{}'));
    const paused = await change(id, 'RunsPaused');
    const runId = await executor.aRun({ method: 'post', host: `http://127.0.0.1:${shop.port}` });
    executor.wake(runId, 'org_1', paused.position);
    // Once a run of somebody else's that was woken later has ended, this one's wake-up has had its turn.
    const mapping = { actionType: 'data_mapping', parametersTemplate: '{}', workflowId: 'wkfl_2' } as const;
    const other = await executor.aRunOf('org_2', mapping);
    executor.wake(other, 'org_2', paused.position);
    await executor.endOf(other);
    expect(typesOf(await executor.eventsOf(runId))).toEqual(['RunRequested']);
    expect(shop.seen).toEqual([]);
    const resumed = await change(id, 'RunsResumed');

    executor.wake(runId, 'org_1', resumed.position);
    const events = await executor.endOf(runId);
    expect(typesOf(events)).toEqual([
      'RunRequested',
      'RunHeld',
      'RunStarted',
      'ActionStarted',
      'ActionSucceeded',
      'RunSucceeded',
    ]);
    expect(events[1]?.data).toMatchObject({ by: 'key_1', reason: 'Rates are wrong' });
    expect(shop.seen).toHaveLength(1);
  });
});

describe('a run whose request is out when its workflow is paused', () => {
  it('lets it end and begins nothing after it; the time of the pause does not count', async () => {
    const answer = Promise.withResolvers<void>();
    await using shop = await openShop((_, response) => void answer.promise.then(() => response.end('{}')));
    const runId = await executor.aRun({ host: `http://127.0.0.1:${shop.port}`, runTimeoutMs: 6_000 });
    executor.wake(runId);
    await eventually('the request is out', () => shop.seen.length === 1);
    await change('wkfl_1', 'RunsPaused');
    // It began so long ago that it would be over: what is paused is not.
    const isLate = async () => {
      const [, started] = await executor.eventsOf(runId);
      return Date.now() - Date.parse(started?.recordedAt ?? '') > 6_500;
    };
    await eventually('its time is over', isLate);
    expect(typesOf(await executor.eventsOf(runId))).not.toContain('ActionCancelled');
    answer.resolve();
    await eventually('the request has ended', async () =>
      typesOf(await executor.eventsOf(runId)).includes('ActionSucceeded'),
    );
    expect(typesOf(await executor.eventsOf(runId))).not.toContain('RunSucceeded');
    const { position } = await change('wkfl_1', 'RunsResumed');
    executor.wake(runId, 'org_1', position);
    const events = await executor.endOf(runId);
    expect(typesOf(events).slice(-2)).toEqual(['RunHeld', 'RunSucceeded']);
  });
});
