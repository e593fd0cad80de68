import { CommandReply, jetStreams, subjects, type Command } from '@karrio/contracts';
import { currentTraceparent, type Logger } from '@karrio/telemetry';
import {
  connect,
  createInbox,
  ErrorCode,
  Events,
  headers,
  NatsError,
  type NatsConnection,
  type PublishOptions,
} from 'nats';
import { type Bus, BusUnavailable, CommandTimeout } from './bus.ts';
import { consume } from './consume.ts';
import { ensureStream } from './streams.ts';

export type BusOptions = Readonly<{ url: string; name: string; log: Logger }>;

/** Connects, waiting for NATS as long as it takes, and makes the streams. Reconnects for ever. */
export const connectNats = async ({ url, name, log }: BusOptions): Promise<Bus> => {
  const connection = await connect({
    servers: url.split(','),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    waitOnFirstConnect: true,
    ignoreClusterUpdates: true,
  });
  void logStatus(connection, log);
  const jetStream = connection.jetstream();
  // Not kept: after a restart of NATS a manager must check anew that JetStream is there.
  const managed = () => connection.jetstreamManager({ timeout: 5_000 });
  const makeStreams = async () => {
    const manager = await managed();
    await Promise.all(Object.values(jetStreams).map((spec) => ensureStream(manager, spec)));
  };
  await makeStreams().catch((err: unknown) => log.warn({ err }, 'streams could not be made yet'));
  const replies = awaitReplies(connection);

  const send = (subject: string, payload: unknown, options?: PublishOptions) => {
    try {
      connection.publish(subject, JSON.stringify(payload), options ?? traced());
    } catch (cause) {
      throw new BusUnavailable('NATS is not connected; check NATS_URL.', { cause });
    }
  };

  return {
    publish: send,
    hint: (subject, payload, messageId) => {
      const carrier = headers();
      carrier.set('Nats-Msg-Id', messageId);
      const traceparent = currentTraceparent();
      if (traceparent) carrier.set('traceparent', traceparent);
      send(subject, payload, { headers: carrier });
    },
    persist: async (subject, payload, messageId) => {
      const publish = () =>
        jetStream.publish(subject, JSON.stringify(payload), { msgID: messageId, ...traced() });
      try {
        await publish().catch(async (error: unknown) => {
          // Nobody listens: the stream was lost with NATS' data. NATS is disposable, so make it anew.
          if (!(error instanceof NatsError) || error.code !== ErrorCode.NoResponders) throw error;
          await makeStreams();
          await publish();
        });
      } catch (cause) {
        throw new BusUnavailable(`NATS did not store a message on ${subject}.`, { cause });
      }
    },
    command: (command, timeoutMs) =>
      replies.of(command, timeoutMs, (subject, payload) => send(subject, payload)),
    ask: (subject, payload, timeoutMs) => ask(connection, subject, payload, timeoutMs),
    answer: (subject, filter, isYes) => {
      const subscription = connection.subscribe(filter, {
        callback: (err, message) => {
          const parsed = err ? undefined : subject.payload.safeParse(message.json());
          if (parsed?.success && isYes(parsed.data)) message.respond();
        },
      });
      return { [Symbol.dispose]: () => subscription.unsubscribe() };
    },
    subscribe: (subject, filter, handle) => {
      const subscription = connection.subscribe(filter, {
        callback: (err, message) => {
          const parsed = err ? undefined : subject.payload.safeParse(message.json());
          if (parsed?.success) handle(parsed.data, message.subject);
          else log.warn({ err: err ?? parsed?.error, filter }, 'unreadable notice');
        },
      });
      return { [Symbol.dispose]: () => subscription.unsubscribe() };
    },
    consume: (consumption) => consume(jetStream, managed, consumption, log),
    ping: async () => {
      try {
        await connection.rtt();
      } catch (cause) {
        throw new BusUnavailable('NATS does not answer; check NATS_URL.', { cause });
      }
    },
    [Symbol.asyncDispose]: async () => {
      // Flushes what was published, acknowledgements among it.
      await connection.drain().catch(() => connection.close());
    },
  };
};

const ask = async (connection: NatsConnection, subject: string, payload: unknown, timeoutMs: number) => {
  try {
    await connection.request(subject, JSON.stringify(payload), { timeout: timeoutMs });
    return true;
  } catch (error) {
    const isSilence =
      error instanceof NatsError &&
      (error.code === ErrorCode.Timeout || error.code === ErrorCode.NoResponders);
    if (isSilence) return false;
    throw new BusUnavailable('NATS is not connected; check NATS_URL.', { cause: error });
  }
};

const traced = (): PublishOptions | undefined => {
  const traceparent = currentTraceparent();
  if (traceparent === undefined) return undefined;
  const carrier = headers();
  carrier.set('traceparent', traceparent);
  return { headers: carrier };
};

/** One inbox for all replies of this process: a subscription per command would cost more than the command. */
const awaitReplies = (connection: NatsConnection) => {
  const inbox = createInbox();
  // By a token of each call, not by command id: the same command may be awaited twice.
  const waiting = new Map<string, (reply: CommandReply) => void>();
  let calls = 0;
  connection.subscribe(`${inbox}.*`, {
    callback: (err, message) => {
      const token = message.subject.slice(inbox.length + 1);
      const reply = err ? undefined : CommandReply.safeParse(message.json());
      if (reply?.success) waiting.get(token)?.(reply.data);
    },
  });
  const of = (command: Command, timeoutMs: number, send: (subject: string, payload: Command) => void) =>
    new Promise<CommandReply>((resolve, reject) => {
      const token = (calls++).toString(36);
      const timer = setTimeout(() => {
        waiting.delete(token);
        reject(new CommandTimeout(`no reply to ${command.name} ${command.id} within ${timeoutMs} ms`));
      }, timeoutMs);
      waiting.set(token, (reply) => {
        clearTimeout(timer);
        waiting.delete(token);
        resolve(reply);
      });
      const { org, name } = command;
      try {
        send(subjects.command.of({ service: 'command', org, name }), {
          ...command,
          replyTo: `${inbox}.${token}`,
        });
      } catch (error) {
        clearTimeout(timer);
        waiting.delete(token);
        reject(error);
      }
    });
  return { of };
};

const logStatus = async (connection: NatsConnection, log: Logger) => {
  for await (const { type, data } of connection.status()) {
    if (type === Events.Disconnect) log.warn({ server: data }, 'nats disconnected');
    if (type === Events.Reconnect) log.info({ server: data }, 'nats reconnected');
  }
};
