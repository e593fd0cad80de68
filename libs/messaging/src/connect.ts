import { CommandReply, jetStreams, subjects, type Command } from '@karrio/contracts';
import { currentTraceparent, type Logger } from '@karrio/telemetry';
import { connect, createInbox, Events, headers, type NatsConnection, type PublishOptions } from 'nats';
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
  await managed()
    .then((manager) => Promise.all(Object.values(jetStreams).map((spec) => ensureStream(manager, spec))))
    .catch((err: unknown) => log.warn({ err }, 'streams could not be made yet'));
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
    hint: send,
    persist: async (subject, payload, messageId) => {
      try {
        await jetStream.publish(subject, JSON.stringify(payload), { msgID: messageId, ...traced() });
      } catch (cause) {
        throw new BusUnavailable(`NATS did not store a message on ${subject}.`, { cause });
      }
    },
    command: (command, timeoutMs) =>
      replies.of(command, timeoutMs, (subject, payload) => send(subject, payload)),
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
