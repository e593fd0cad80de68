import { eventually } from '@karrio/testing';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExecutor, type Executor } from './open-executor.ts';
import { openShop } from './shop.ts';

/** A stub that answers when it is told to, and counts the requests that it has at once, by path. */
const openGate = async () => {
  const held = new Set<ServerResponse>();
  const underWay = new Map<string, number>();
  const most = new Map<string, number>();
  let isOpen = false;
  const shop = await openShop((_, response, { url }) => {
    count(url, 1);
    response.on('close', () => count(url, -1));
    if (isOpen) answer(response);
    else held.add(response);
  });
  const count = (url: string, by: number) => {
    for (const path of [url, 'all']) {
      underWay.set(path, (underWay.get(path) ?? 0) + by);
      most.set(path, Math.max(most.get(path) ?? 0, underWay.get(path) ?? 0));
    }
  };
  let answered = 0;
  // Good, bad and broken answers by turns: a slot comes back whatever the end.
  const answer = (response: ServerResponse) => {
    const turn = answered++ % 3;
    if (turn === 0) response.end('{}');
    else if (turn === 1) response.writeHead(400).end('{}');
    else response.destroy();
  };
  return {
    ...shop,
    host: `http://127.0.0.1:${shop.port}`,
    urls: () => shop.seen.map(({ url }) => url),
    most: (path: string) => most.get(path) ?? 0,
    close: () => (isOpen = false),
    open: () => {
      isOpen = true;
      for (const response of held) answer(response);
      held.clear();
    },
  };
};
type Gate = Awaited<ReturnType<typeof openGate>>;

const runsOf = async (gate: Gate, org: string, count: number, host = gate.host): Promise<string[]> => {
  const action = { method: 'post', host, endpoint: `/${org}` } as const;
  const runs = await Promise.all(Array.from({ length: count }, () => executor.aRunOf(org, action)));
  for (const runId of runs) executor.wake(runId, org);
  return runs;
};

let executor: Executor;
beforeAll(async () => {
  executor = await openExecutor({
    RUN_CONCURRENCY: '4',
    RUN_CONCURRENCY_PER_ORG: '3',
    RUN_CONCURRENCY_PER_HOST: '4',
    RUN_CONCURRENCY_OF_HOSTS: 'localhost=2',
    RUN_WAITING_MAX: '8',
    CIRCUIT_FAILURES_MAX: '1000',
  });
});
afterAll(() => executor[Symbol.asyncDispose]());

describe('a flood of one organisation', () => {
  it('leaves slots for others, and keeps none of its runs from being performed once', async () => {
    await using gate = await openGate();
    await runsOf(gate, 'loud', 100);
    await eventually('the flood has all of its slots', () => gate.most('/loud') === 3);
    await runsOf(gate, 'quiet', 10);
    // None of the flood's has ended, and most of it stood before this one in the stream.
    await eventually('a run of the other organisation is under way', () => gate.most('/quiet') === 1);
    expect(gate.urls().toSorted()).toEqual(['/loud', '/loud', '/loud', '/quiet']);

    gate.open();
    await eventually('all were performed', () => gate.seen.length === 110);
    expect(gate.urls().lastIndexOf('/quiet')).toBeLessThan(60);
    expect([gate.most('/loud'), gate.most('all')]).toEqual([3, 4]);
  });
});

describe('a slot', () => {
  it('comes back however its run ends', async () => {
    await using gate = await openGate();
    gate.open();
    await runsOf(gate, 'loud', 30);
    await eventually('all were performed', () => gate.seen.length === 30);
    gate.close();
    await runsOf(gate, 'loud', 6);
    await runsOf(gate, 'quiet', 2);
    await eventually('all slots are in use again', () => gate.seen.length === 34);
    expect(gate.urls().slice(30).toSorted()).toEqual(['/loud', '/loud', '/loud', '/quiet']);
    gate.open();
    await eventually('the rest follows', () => gate.seen.length === 38);
  });
});

describe('a host with a limit of its own', () => {
  it('has no more requests at once, keeps no slot from runs of others, and is asked by every run once', async () => {
    await using slow = await openGate();
    await using quick = await openGate();
    quick.open();
    await runsOf(slow, 'loud', 20, `http://localhost:${slow.port}`);
    await eventually('the host has all that it may have', () => slow.most('all') === 2);
    // Of the three slots that the organisation has, two are with the host; eighteen of its runs wait for it.
    await runsOf(quick, 'loud', 5);
    await runsOf(quick, 'quiet', 5);
    await eventually('the runs of another host are done', () => quick.seen.length === 10);
    expect(slow.seen).toHaveLength(2);
    slow.open();
    await eventually('all were performed', () => slow.seen.length === 20);
    expect(slow.most('all')).toBe(2);
    const keys = slow.seen.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(20);
  });
});
