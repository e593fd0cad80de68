import { jetStreams, newId, subjects, type Command, type WakeUp } from '@karrio/contracts';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats } from '@karrio/testing';
import { connect, DiscardPolicy, type JetStreamManager } from 'nats';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BusUnavailable,
  CommandTimeout,
  MessageTooLarge,
  connectNats,
  PermanentError,
  RetryLater,
  type Bus,
  type Delivery,
} from '../src/index.ts';

const log = createLogger('test', 'silent');
let stack: AsyncDisposableStack;
let url: string;
let bus: Bus;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const nats = stack.use(await freshNats());
  url = nats.url;
  bus = stack.use(await connectNats({ url, name: 'test', log }));
});
afterEach(() => stack.disposeAsync());

const ready = subjects.runReady.of({ org: 'org_1' });

/** What a starved process does not outstay: no message comes again but for what the test says of it. */
const ackWaitMs = 60_000;

/** Consumes wake-ups; `handle` sees each delivery. */
const consumeRuns = (handle: (wakeUp: WakeUp, delivery: Delivery) => Promise<void>) =>
  stack.use(
    bus.consume({
      stream: jetStreams.runs,
      durable: 'executor',
      subject: subjects.runReady,
      filter: subjects.runReady.matching(),
      ackWaitMs,
      concurrency: 2,
      handle,
    }),
  );

const aCommand = (): Command => ({
  id: newId('command'),
  name: 'delete_workflow',
  org: 'org_1',
  actor: 'key_1',
  issuedAt: '2026-11-22T09:00:00.000Z',
  expiresAt: '2026-11-22T09:00:10.000Z',
  payload: { id: 'wkfl_1' },
});

describe('a command', () => {
  const answering = (reply: (command: Command) => void) =>
    stack.use(
      bus.consume({
        stream: jetStreams.commands,
        durable: 'command',
        subject: subjects.command,
        filter: subjects.command.matching({ service: 'command' }),
        ackWaitMs,
        concurrency: 8,
        handle: async (command) => reply(command),
      }),
    );

  it('comes back with its own reply, many at once', async () => {
    answering(({ id, replyTo }) => {
      bus.publish(replyTo ?? '', { accepted: { id, position: '1' } });
    });
    const commands = Array.from({ length: 50 }, aCommand);
    const replies = await Promise.all(commands.map((command) => bus.command(command, 20_000)));
    expect(replies).toEqual(commands.map(({ id }) => ({ accepted: { id, position: '1' } })));
  });

  it('that NATS would not take is refused at once, and the next one goes through', async () => {
    answering(({ replyTo }) => bus.publish(replyTo ?? '', { accepted: { id: 'wkfl_1', position: '1' } }));
    const large = { ...aCommand(), payload: { text: 'x'.repeat(2 ** 20) } };
    await expect(bus.command(large, 20_000)).rejects.toBeInstanceOf(MessageTooLarge);
    expect(await bus.command(aCommand(), 20_000)).toHaveProperty('accepted');
  });

  it('without a reply is of unknown outcome, which is said', async () => {
    answering(() => {});
    await expect(bus.command(aCommand(), 200)).rejects.toBeInstanceOf(CommandTimeout);
  });

  it('waits in the stream for a service that comes later', async () => {
    const reply = bus.command(aCommand(), 20_000);
    answering(({ replyTo }) => bus.publish(replyTo ?? '', { accepted: { id: 'wkfl_1', position: '1' } }));
    expect(await reply).toEqual({ accepted: { id: 'wkfl_1', position: '1' } });
  });
});

describe('a message', () => {
  it('is delivered again until it was handled', async () => {
    const attempts: number[] = [];
    consumeRuns(async (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error('not yet');
    });
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('three deliveries', () => attempts.length === 3);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('that failed is given a rest before the next delivery, longer each time', async () => {
    const at: number[] = [];
    consumeRuns(async () => {
      at.push(performance.now());
      if (at.length < 3) throw new Error('not yet');
    });
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('three deliveries', () => at.length === 3);
    const [first = 0, second = 0, third = 0] = at;
    expect(second - first).toBeGreaterThanOrEqual(240);
    expect(third - second).toBeGreaterThanOrEqual(490);
  });

  it('that can never succeed is dropped, and does not hold up the next', async () => {
    const seen: string[] = [];
    consumeRuns(async ({ runId }) => {
      seen.push(runId);
      if (runId === 'wevt_bad') throw new PermanentError('no');
    });
    bus.hint(ready, { nonsense: true }, 'nonsense');
    bus.hint(ready, { runId: 'wevt_bad' }, 'wevt_bad');
    bus.hint(ready, { runId: 'wevt_good' }, 'wevt_good');
    await eventually('the good message is handled', () => seen.includes('wevt_good'));
    await eventually('the stream is empty', async () => (await pending('RUNS')) === 0);
    expect(seen).toEqual(['wevt_bad', 'wevt_good']);
  });

  it('that is to come later comes later, and once', async () => {
    const at: number[] = [];
    consumeRuns(async () => {
      at.push(performance.now());
      if (at.length === 1) throw new RetryLater('busy', 400);
    });
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('the stream is empty', async () => (await pending('RUNS')) === 0);
    expect(at).toHaveLength(2);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(300);
  });

  // The server begins the lease anew at each of these; without them it would give the message out again.
  it('is said to be at work three times in each lease, by who holds it and until it is done', async () => {
    const { promise: work, resolve: finish } = Promise.withResolvers<void>();
    const timers = vi.spyOn(globalThis, 'setInterval');
    consumeRuns(() => work);
    const beat = timers.mock.calls.find(([, ms]) => ms === ackWaitMs / 3)?.[0];
    timers.mockRestore();
    const listener = stack.use(await listenTo('$JS.ACK.RUNS.executor.>'));
    for (const runId of ['wevt_1', 'wevt_2', 'wevt_3']) bus.hint(ready, { runId }, runId);
    // Two are in hand, and one waits for its turn.
    await eventually('all three are out', async () => (await acksPending()) === 3);
    await eventually('each is said to be at work', () => {
      beat?.();
      const told = listener.heard().filter(({ text }) => text === '+WPI');
      return new Set(told.map(({ sequence }) => sequence)).size === 3;
    });
    finish();
    await eventually('the stream is empty', async () => (await pending('RUNS')) === 0);
    const before = listener.heard().length;
    beat?.();
    await bus.ping();
    expect(listener.heard()).toHaveLength(before);
  });

  it('in hand is finished before its consumer ends, and one that waits goes to another', async () => {
    const { promise: work, resolve: finish } = Promise.withResolvers<void>();
    const seen: string[] = [];
    const consumption = {
      stream: jetStreams.runs,
      durable: 'executor',
      subject: subjects.runReady,
      filter: subjects.runReady.matching(),
      ackWaitMs,
      concurrency: 1,
    } as const;
    const handle = async ({ runId }: WakeUp) => {
      await work;
      seen.push(`first ${runId}`);
    };
    const first = bus.consume({ ...consumption, handle });
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('it is in hand', async () => (await acksPending()) === 1);
    const ending = first[Symbol.asyncDispose]().then(() => seen.push('ended'));
    bus.hint(ready, { runId: 'wevt_2' }, 'wevt_2');
    stack.use(bus.consume({ ...consumption, handle: async ({ runId }) => void seen.push(`other ${runId}`) }));
    await eventually('the other works', () => seen.length === 1);
    finish();
    await ending;
    expect(seen).toEqual(['other wevt_2', 'first wevt_1', 'ended']);
    await eventually('the stream is empty', async () => (await pending('RUNS')) === 0);
  });

  it('of one id is stored once', async () => {
    const subject = subjects.event.of({ org: 'org_1', entity: 'workflow_event', event: 'succeeded' });
    await bus.persist(subject, { first: true }, 'id-1');
    await bus.persist(subject, { second: true }, 'id-1');
    expect(await pending('EVENTS')).toBe(1);
  });
});

describe('a message that NATS does not store', () => {
  it('is said to be not stored', async () => {
    await withManager((manager) => manager.streams.purge('EVENTS'));
    await withManager((manager) =>
      manager.streams.update('EVENTS', { max_bytes: 1, discard: DiscardPolicy.New }),
    );
    const subject = subjects.event.of({ org: 'org_1', entity: 'workflow_event', event: 'succeeded' });
    await expect(bus.persist(subject, {}, 'id-1')).rejects.toBeInstanceOf(BusUnavailable);
  });
});

describe('lost streams', () => {
  it('are made anew by who publishes', async () => {
    await deleteStream('EVENTS');
    const subject = subjects.event.of({ org: 'org_1', entity: 'workflow_event', event: 'succeeded' });
    await bus.persist(subject, {}, 'id-1');
    expect(await pending('EVENTS')).toBe(1);
  });

  it('are made anew by who consumes, and messages flow again', async () => {
    const seen = new Set<string>();
    consumeRuns(async ({ runId }) => void seen.add(runId));
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('the first message is handled', () => seen.has('wevt_1'));
    await deleteStream('RUNS');
    let sent = 0;
    await eventually('messages flow again', () => {
      bus.hint(ready, { runId: 'wevt_2' }, `wevt_2-${sent++}`);
      return seen.has('wevt_2');
    });
  });
});

describe('a consumer that gets nothing although messages are pending', () => {
  it('is made anew, and the messages flow again', async () => {
    const seen = new Set<string>();
    const { promise: work, resolve: finish } = Promise.withResolvers<void>();
    stack.use(
      bus.consume({
        stream: jetStreams.runs,
        durable: 'executor',
        subject: subjects.runReady,
        filter: subjects.runReady.matching(),
        ackWaitMs,
        concurrency: 8,
        stallMs: 200,
        handle: async ({ runId }) => {
          seen.add(runId);
          if (runId === 'wevt_1') await work;
        },
      }),
    );
    bus.hint(ready, { runId: 'wevt_1' }, 'wevt_1');
    await eventually('the first is in hand', () => seen.has('wevt_1'));
    const former = await consumerInfo();
    // The server gives out nothing more, and says nothing: what a stall looks like from here.
    await withManager((manager) => manager.consumers.update('RUNS', 'executor', { max_ack_pending: 1 }));
    bus.hint(ready, { runId: 'wevt_2' }, 'wevt_2');
    await eventually('the second is handled', () => seen.has('wevt_2'));
    expect((await consumerInfo()).created).not.toBe(former.created);
    finish();
    await eventually('the stream is empty', async () => (await pending('RUNS')) === 0);
  });
});

describe('a question', () => {
  it('is answered by who says yes, and by nobody where nobody does', async () => {
    stack.use(
      bus.answer(subjects.runHeld, subjects.runHeld.matching(), ({ runId }) => runId === 'wevt_mine'),
    );
    const ask = (runId: string) => bus.ask(subjects.runHeld.of({ runId }), { runId, asker: 'test' }, 300);
    await eventually('a yes', () => ask('wevt_mine'));
    expect(await ask('wevt_other')).toBe(false);
  });
});

/** What is said to the server on a subject, as `text`, and of which message of the stream. */
const listenTo = async (subject: string) => {
  const connection = await connect({ servers: url });
  const heard: Readonly<{ text: string; sequence: string | undefined }>[] = [];
  connection.subscribe(subject, {
    // $JS.ACK.{stream}.{consumer}.{deliveries}.{sequence}. …
    callback: (_, message) => heard.push({ text: message.string(), sequence: message.subject.split('.')[5] }),
  });
  await connection.flush();
  return { heard: () => heard, [Symbol.asyncDispose]: () => connection.close() };
};

const withManager = async <T>(use: (manager: JetStreamManager) => Promise<T>) => {
  const connection = await connect({ servers: url });
  try {
    return await use(await connection.jetstreamManager());
  } finally {
    await connection.close();
  }
};
const pending = (stream: string) =>
  withManager(async (manager) => (await manager.streams.info(stream)).state.messages);
const consumerInfo = () => withManager((manager) => manager.consumers.info('RUNS', 'executor'));
const acksPending = async () => (await consumerInfo()).num_ack_pending;
const deleteStream = (stream: string) => withManager((manager) => manager.streams.delete(stream));
