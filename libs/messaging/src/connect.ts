import { CommandReply, jetStreams, subjects } from '@karrio/contracts';
import { currentTraceparent, type Logger } from '@karrio/telemetry';
import { connect, Events, headers, type NatsConnection, type PublishOptions } from 'nats';
import { type Bus, BusUnavailable, CommandTimeout } from './bus.ts';
import { consume } from './consume.ts';
import { isNobodyThere, openInbox } from './inbox.ts';
import { createOutbox } from './outbox.ts';
import { persist } from './persist.ts';
import { ensureStream } from './streams.ts';
import { subscribe } from './subscribe.ts';

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
  const inbox = openInbox(connection);
  const outbox = createOutbox(connection, log);

  const send = (subject: string, payload: unknown, options: Options = {}) => {
    // Now, not at the end of the turn: the caller may change what it sent, or leave its span.
    const text = JSON.stringify(payload);
    const publishOptions = withHeaders(options);
    outbox.post(() => connection.publish(subject, text, publishOptions));
  };

  return {
    publish: send,
    hint: (subject, payload, messageId) => send(subject, payload, { messageId }),
    persist: (subject, payload, messageId) =>
      persist(inbox, (reply) => send(subject, payload, { messageId, reply }), makeStreams),
    command: async (command, timeoutMs) => {
      const { org, name: commandName, id } = command;
      const subject = subjects.command.of({ service: 'command', org, name: commandName });
      const answer = await inbox.ask((replyTo) => send(subject, { ...command, replyTo }), timeoutMs);
      if (!answer) throw new CommandTimeout(`no reply to ${commandName} ${id} within ${timeoutMs} ms`);
      return CommandReply.parse(answer.json());
    },
    ask: async (subject, payload, timeoutMs) => {
      const answer = await inbox.ask((reply) => send(subject, payload, { reply }), timeoutMs);
      return answer !== undefined && !isNobodyThere(answer);
    },
    answer: (subject, filter, isYes) =>
      subscribe(connection, log, subject, filter, (payload, message) => {
        if (isYes(payload)) outbox.post(() => message.respond());
      }),
    subscribe: (subject, filter, handle) =>
      subscribe(connection, log, subject, filter, (payload, message) => handle(payload, message.subject)),
    consume: (consumption) => consume({ jetStream, managed, outbox, log }, consumption),
    ping: async () => {
      try {
        await connection.rtt();
      } catch (cause) {
        throw new BusUnavailable('NATS does not answer; check NATS_URL.', { cause });
      }
    },
    [Symbol.asyncDispose]: async () => {
      // What was posted in this turn goes out before; drain flushes the rest.
      await new Promise((resolve) => setImmediate(resolve));
      await connection.drain().catch(() => connection.close());
    },
  };
};

type Options = Readonly<{ messageId?: string; reply?: string }>;

const withHeaders = ({ messageId, reply }: Options): PublishOptions => {
  const traceparent = currentTraceparent();
  const options: PublishOptions = reply === undefined ? {} : { reply };
  if (messageId === undefined && traceparent === undefined) return options;
  const carrier = headers();
  if (messageId !== undefined) carrier.set('Nats-Msg-Id', messageId);
  if (traceparent !== undefined) carrier.set('traceparent', traceparent);
  return { ...options, headers: carrier };
};

const logStatus = async (connection: NatsConnection, log: Logger) => {
  for await (const { type, data } of connection.status()) {
    if (type === Events.Disconnect) log.warn({ server: data }, 'nats disconnected');
    if (type === Events.Reconnect) log.info({ server: data }, 'nats reconnected');
  }
};
