import type { Command, CommandReply } from '@karrio/contracts';
import type { NewEvent } from '@karrio/event-store-client';
import { counter, createLogger, histogram } from '@karrio/telemetry';
import { describe, expect, it } from 'vitest';
import { createStartRuns } from './start-runs.ts';
import { aTimeline, type Times } from './timed-triggers.fixture.ts';

const hour = 3_600_000;
const beginMs = Date.UTC(2026, 10, 23, 8, 30);
const firstMs = beginMs + hour / 2;

const accepted: CommandReply = { accepted: { id: 'r', position: '1' } };
const refused = (code: 'expired' | 'backlog-full' | 'inactive'): CommandReply => ({
  rejected: { code, errors: [{ field: 'f', messages: ['No.', 'Not now.'] }] },
});

/** Slots of 9:00 that were fired, and what is asked of a write side that answers so. */
const started = (answer: (command: Command) => CommandReply, times: Times = {}) => {
  const timeline = aTimeline(beginMs, times);
  timeline.at(firstMs);
  const asked: Command[] = [];
  const written: NewEvent[] = [];
  let nowMs = firstMs;
  const startRuns = createStartRuns({
    store: {
      append: (_, events) => {
        written.push(...events);
        return Promise.resolve({ revision: written.length, position: 2n });
      },
      truncate: () => Promise.resolve(),
    },
    bus: {
      command: (command) => {
        asked.push(command);
        return Promise.resolve(answer(command));
      },
    },
    triggers: timeline.triggers(),
    linesKept: 100,
    now: () => nowMs,
    log: createLogger('test', 'silent'),
    slots: counter('test_slots_total', 'Of this test.'),
    lateSeconds: histogram('test_late_seconds', 'Of this test.'),
  });
  return {
    timeline,
    asked,
    written,
    /** Looks at what is to be asked for so much later. */
    after: async (ms: number, lateMs = 0) => {
      startRuns((nowMs += ms), lateMs);
      // All that follows of the answers follows before the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

describe('the run of a slot', () => {
  it('is asked for at once, and not again while the log brings it', async () => {
    const { asked, after } = started(() => accepted, { parameters: { shop: 7 } });
    await after(0);
    await after(29_000);
    expect(asked).toMatchObject([
      {
        name: 'request_run',
        payload: {
          triggerId: 'wtrg_1',
          parameters: { shop: 7, schedule: { due_at: '2026-11-23T09:00:00.000Z' } },
        },
      },
    ]);
    await after(2_000);
    expect(asked).toHaveLength(2);
  });

  it('is left for a while to who holds the lease', async () => {
    const { asked, after } = started(() => accepted);
    await after(0, 3_000);
    await after(2_999, 3_000);
    expect(asked).toEqual([]);
    await after(1, 3_000);
    expect(asked).toHaveLength(1);
  });

  it('that is refused for good is told of in the ledger, with all that was said, and asked for no more', async () => {
    const { asked, written, after } = started(() => refused('inactive'));
    await after(0);
    await after(100_000);
    expect(asked).toHaveLength(1);
    expect(written).toMatchObject([
      { type: 'OccurrenceRefused', data: { code: 'inactive', message: 'No. Not now.' } },
    ]);
  });

  it('that came too late is asked for again', async () => {
    const { asked, written, after } = started(() => refused('expired'));
    for (let seconds = 0; seconds < 200; seconds++) await after(1_000);
    expect(asked.length).toBeGreaterThan(100);
    expect(written).toEqual([]);
  });

  it('waits a minute for room in the backlog, and is refused then', async () => {
    const { written, after } = started(() => refused('backlog-full'));
    await after(0);
    await after(59_999);
    expect(written).toEqual([]);
    await after(1_000);
    expect(written).toMatchObject([{ data: { code: 'backlog-full' } }]);
  });

  it('that is in the log by now is not told of as refused', async () => {
    const { timeline, written, after } = started((command) => {
      const { runId } = command.payload as { runId: string };
      timeline.begin(runId);
      return refused('inactive');
    });
    await after(0);
    expect(written).toEqual([]);
  });

  it('is asked for where that cannot be, again and again', async () => {
    const { asked, after } = started(() => {
      throw new Error('NATS is away');
    });
    await after(0);
    await after(500);
    await after(600);
    expect(asked).toHaveLength(2);
  });

  it('that takes the place of others waits for these, which are cancelled first', async () => {
    const cancelling = { policy: { overlapPolicy: 'cancel_running' } } as const;
    const { timeline, asked, after } = started(() => accepted, cancelling);
    timeline.at(firstMs + hour);
    const [first, next] = timeline.pending().map(({ runId }) => runId);
    await after(0);
    const named = () => asked.map(({ name, payload }) => [name, Object.values(payload as object)[0]]);
    expect(named()).toEqual([['request_run', first]]);
    timeline.begin(first ?? '');
    await after(1_000);
    expect(named().slice(1)).toEqual([
      ['cancel_run', first],
      ['request_run', next],
    ]);
  });
});
