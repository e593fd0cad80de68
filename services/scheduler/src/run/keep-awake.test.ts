import type { LogBatch, Recorded } from '@karrio/event-store-client';
import { counter, createLogger, histogram } from '@karrio/telemetry';
import { eventually } from '@karrio/testing';
import { expect, it } from 'vitest';
import { keepAwake } from './keep-awake.ts';
import { createOpenRuns } from './open-runs.ts';

const startMs = Date.UTC(2026, 10, 23, 9);

const aFact = (stream: string, type: string, data: object, position: bigint): Recorded => ({
  type,
  data,
  id: `${stream} ${position}`,
  stream,
  revision: Number(position),
  position,
  recordedAt: new Date(0).toISOString(),
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});
const requested = aFact('run-wevt_1', 'RunRequested', { workflowId: 'wkfl_1' }, 8n);
const paused = aFact('pause-wkfl_2', 'RunsPaused', { scope: 'workflow' }, 7n);

type Woken = Readonly<{ subject: string; payload: unknown; id: string }>;

/** A keeper of a log that has this at its end, and a NATS that takes a wake-up where `takes` says so. */
const keeping = async (
  events: readonly Recorded[],
  { isHeld = () => true, takes = () => true }: { isHeld?: () => boolean; takes?: () => boolean } = {},
) => {
  const closing = new AbortController();
  const woken: Woken[] = [];
  const tried: Woken[] = [];
  let nowMs = startMs;
  const follow = async function* (): AsyncGenerator<LogBatch> {
    yield { events, position: 8n, isCaughtUp: true };
    await new Promise((resolve) => closing.signal.addEventListener('abort', resolve));
  };
  const ports = {
    store: { follow } as never,
    bus: {
      persist: (subject: string, payload: unknown, id: string) => {
        tried.push({ subject, payload, id });
        if (!takes()) return Promise.reject(new Error('NATS is away'));
        woken.push({ subject, payload, id });
        return Promise.resolve();
      },
    } as never,
    lease: { isHeld },
    openRuns: createOpenRuns({ wakeAfterMs: 1_000, wakeAgainMs: 30_000 }),
    checkpoint: { saved: undefined, save: () => Promise.resolve() },
    now: () => nowMs,
    log: createLogger('test', 'silent'),
    woken: counter('test_woken_total', 'Of this test.'),
    lateSeconds: histogram('test_late_seconds', 'Of this test.'),
  };
  const running = keepAwake(ports, closing.signal);
  await eventually('the log is read', () => ports.openRuns.count() > 0);
  return {
    woken,
    tried,
    pass: (ms: number) => (nowMs += ms),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
};

it('a run is woken first under the id of its hint, then under one of its own, and with the pauses that are known', async () => {
  await using keeper = await keeping([paused, requested]);
  keeper.pass(1_000);
  await eventually('it is woken', () => keeper.woken.length === 1);
  keeper.pass(30_000);
  await eventually('it is woken again', () => keeper.woken.length === 2);
  const ids = ['wevt_1', `wevt_1:${startMs + 31_000}`];
  expect(keeper.woken).toEqual(
    ids.map((id) => ({ subject: 'run.ready.org_1', payload: { runId: 'wevt_1', seen: '7' }, id })),
  );
});

it('a wake-up that NATS did not take is sent again a second later, not at the next turn alone', async () => {
  let isAway = true;
  await using keeper = await keeping([requested], { takes: () => !isAway });
  keeper.pass(1_000);
  await eventually('it was tried', () => keeper.tried.length === 1);
  isAway = false;
  keeper.pass(1_000);
  await eventually('it is woken', () => keeper.woken.length === 1);
});

it('nobody is woken by who does not hold the lease', async () => {
  let asked = 0;
  await using keeper = await keeping([requested], { isHeld: () => ++asked > 3 });
  keeper.pass(1_000);
  await eventually('it is woken', () => keeper.woken.length === 1);
  expect(asked).toBeGreaterThan(3);
});
