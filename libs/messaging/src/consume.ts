import { counter, withTraceparent, type Logger } from '@karrio/telemetry';
import {
  AckPolicy,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  nanos,
} from 'nats';
import { setTimeout as delay } from 'node:timers/promises';
import { BusUnavailable, type Consumption, PermanentError, RetryLater } from './bus.ts';
import type { Outbox } from './outbox.ts';
import { ensureStream } from './streams.ts';
import { watchDeliveries } from './watchdog.ts';

/**
 * How many messages may be out without an acknowledgement, over all processes of one durable consumer: enough for
 * some 30 executors that each hold what they may. At the limit nobody sees what stands behind a flood.
 */
const ackPendingMax = 20_000;
/** A consumer that the server forgot is noticed after two missed idle heartbeats. */
const idleHeartbeatMs = 5_000;
/** A consumer that gets nothing for two of these, with messages pending, has stalled. */
const stallMs = 15_000;
const restartMs = 500;
const redeliveryMs = (attempt: number) => Math.min(30_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);

/** The server takes whole nanoseconds: a fraction makes it deliver again at once. */
const nakIn = (message: JsMsg, ms: number) => message.nak(Math.ceil(ms));

const stalls = counter(
  'karrio_consumer_stalls_total',
  'Times that a consumer with messages pending got none, and was made anew.',
);

type Ports = Readonly<{
  jetStream: JetStreamClient;
  managed: () => Promise<JetStreamManager>;
  outbox: Outbox;
  log: Logger;
}>;

export const consume = <T>(ports: Ports, consumption: Consumption<T>): AsyncDisposable => {
  const { managed, log } = ports;
  const closing = new AbortController();
  const work = queue(ports, consumption);
  let messages: ConsumerMessages | undefined;

  const watchdog = watchDeliveries({
    everyMs: consumption.stallMs ?? stallMs,
    delivered: work.delivered,
    isStarving: async () => {
      if (work.isBusy()) return false;
      const manager = await managed();
      const info = await manager.consumers.info(consumption.stream.name, consumption.durable);
      return info.num_pending > 0 && info.num_ack_pending < ackPendingMax;
    },
    onStall: async () => {
      const { stream, durable } = consumption;
      stalls.add(1, { consumer: durable });
      log.error({ consumer: durable }, 'consumer gets nothing although messages are pending, making it anew');
      // What is out without an acknowledgement comes again: handlers expect that.
      const manager = await managed();
      await manager.consumers.delete(stream.name, durable);
      await messages?.close();
    },
    log,
  });

  const running = (async () => {
    while (!closing.signal.aborted) {
      try {
        messages = await openConsumer(ports, consumption, work.add);
        const error = await messages.closed();
        if (!closing.signal.aborted)
          log.warn({ err: error, consumer: consumption.durable }, 'consumer ended, starting anew');
      } catch (err) {
        log.warn({ err, consumer: consumption.durable }, 'consumer could not start, trying again');
      }
      await delay(restartMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  })();

  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      watchdog[Symbol.dispose]();
      await messages?.close();
      await work.drained();
      await running;
    },
  };
};

const openConsumer = async <T>(
  { jetStream, managed }: Ports,
  { stream, durable, filter, ackWaitMs, concurrency }: Consumption<T>,
  onMessage: (message: JsMsg) => void,
): Promise<ConsumerMessages> => {
  const manager = await managed();
  await ensureStream(manager, stream);
  await manager.consumers.add(stream.name, {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: ackPendingMax,
  });
  const consumer = await jetStream.consumers.get(stream.name, durable);
  return consumer.consume({
    max_messages: concurrency,
    idle_heartbeat: idleHeartbeatMs,
    // Its stream or itself gone: end, so that the loop of `consume` makes them anew.
    abort_on_missing_resource: true,
    callback: onMessage,
  });
};

/** What this process holds: a bounded number at work, the rest waiting, all of it kept alive on the server. */
const queue = <T>(ports: Ports, { subject, ackWaitMs, concurrency, handle }: Consumption<T>) => {
  const held = new Set<JsMsg>();
  const waiting: JsMsg[] = [];
  let working = 0;
  let delivered = 0;
  let isClosed = false;
  let onIdle = () => {};
  const heartbeat = setInterval(() => {
    for (const message of held) message.working();
  }, ackWaitMs / 3);

  const finish = (message: JsMsg) => {
    held.delete(message);
    working--;
    const following = isClosed ? undefined : waiting.shift();
    if (following) start(following);
    else if (working === 0) onIdle();
  };

  const start = (message: JsMsg) => {
    working++;
    void settle(ports, message, subject.payload, handle).finally(() => finish(message));
  };

  return {
    /** How many messages ever came. */
    delivered: () => delivered,
    isBusy: () => working >= concurrency,
    add: (message: JsMsg) => {
      delivered++;
      held.add(message);
      if (working < concurrency) start(message);
      else waiting.push(message);
    },
    /** What is at work ends; what waits goes back to the server for another process. */
    drained: async () => {
      isClosed = true;
      for (const message of waiting) message.nak();
      if (working > 0) await new Promise<void>((resolve) => (onIdle = resolve));
      clearInterval(heartbeat);
    },
  };
};

/** The one place that turns an outcome into ack, nak or term. */
const settle = async <T>(
  { outbox, log }: Ports,
  message: JsMsg,
  schema: Consumption<T>['subject']['payload'],
  handle: Consumption<T>['handle'],
) => {
  const attempt = message.info.deliveryCount;
  const verdict = await outcome(message, schema, (payload) =>
    handle(payload, { attempt, subject: message.subject }),
  );
  if (verdict === 'done') return reply(outbox, () => message.ack());
  if (verdict instanceof RetryLater) return reply(outbox, () => nakIn(message, verdict.delayMs));
  if (verdict instanceof PermanentError) {
    log.error({ err: verdict, subject: message.subject }, 'message dropped');
    return reply(outbox, () => message.term());
  }
  log.warn({ err: verdict, subject: message.subject, attempt }, 'message will be delivered again');
  reply(outbox, () => nakIn(message, redeliveryMs(attempt)));
};

const outcome = async <T>(
  message: JsMsg,
  schema: Consumption<T>['subject']['payload'],
  handle: (payload: T) => Promise<void>,
): Promise<unknown> => {
  try {
    const payload = parse(message, schema);
    const traceparent = message.headers?.get('traceparent');
    await (traceparent ? withTraceparent(traceparent, () => handle(payload)) : handle(payload));
    return 'done';
  } catch (error) {
    return error;
  }
};

/** On a closed connection nothing is said, and the lease brings the message to someone else. */
const reply = (outbox: Outbox, send: () => void): void => {
  try {
    outbox.post(send);
  } catch (error) {
    if (!(error instanceof BusUnavailable)) throw error;
  }
};

const parse = <T>(message: JsMsg, schema: Consumption<T>['subject']['payload']): T => {
  try {
    return schema.parse(message.json());
  } catch (cause) {
    throw new PermanentError(`unreadable message on ${message.subject}`, { cause });
  }
};
