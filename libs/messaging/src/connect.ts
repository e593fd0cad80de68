import { CommandReply, jetStreams, serviceOfCommand, subjects, type Command } from '@karrio/contracts';
import type { Logger } from '@karrio/telemetry';
import { connect, Events, type NatsConnection } from 'nats';
import { type Bus, BusUnavailable, CommandTimeout } from './bus.ts';
import { consume } from './consume.ts';
import { isNobodyThere, openInbox, type Inbox } from './inbox.ts';
import { holdLease } from './lease.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { persist } from './persist.ts';
import { ask, respond } from './question.ts';
import { shareValues } from './shared.ts';
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
  const jetStream = connection.jetstream();
  // Not kept: after a restart of NATS a manager must check anew that JetStream is there.
  const managed = () => connection.jetstreamManager({ timeout: 5_000 });
  const makeStreams = async () => {
    const manager = await managed();
    await Promise.all(Object.values(jetStreams).map((spec) => ensureStream(manager, spec)));
  };
  const tryToMakeStreams = () =>
    makeStreams().catch((err: unknown) => log.warn({ err }, 'streams could not be made yet'));
  await tryToMakeStreams();
  // NATS may have come back without what it held in memory.
  const isAway = watch(connection, log, () => void tryToMakeStreams());
  const inbox = openInbox(connection);
  const outbox = createOutbox(connection, isAway, log);
  const { send } = outbox;

  return {
    publish: send,
    hint: (subject, payload, messageId) => send(subject, payload, { messageId }),
    persist: (subject, payload, messageId) =>
      persist(inbox, (reply) => send(subject, payload, { messageId, reply }), makeStreams),
    command: (command, timeoutMs) => sendCommand(inbox, send, command, timeoutMs),
    ask: async (subject, payload, timeoutMs) => {
      const answer = await inbox.ask((reply) => send(subject, payload, { reply }), timeoutMs);
      return answer !== undefined && !isNobodyThere(answer);
    },
    answer: (subject, filter, isYes) =>
      subscribe(connection, log, subject, filter, (payload, message) => {
        if (isYes(payload)) outbox.post(() => message.respond());
      }),
    question: (service, question, timeoutMs) => ask(inbox, send, service, question, timeoutMs),
    respond: (service, handle) => respond({ connection, outbox, log }, service, handle),
    subscribe: (subject, filter, handle) =>
      subscribe(connection, log, subject, filter, (payload, message) => handle(payload, message.subject)),
    consume: (consumption) => consume({ jetStream, managed, outbox, log }, consumption),
    lease: (name) => holdLease(jetStream, name, log),
    shared: (options) => shareValues({ connection, isAway }, options),
    ping: () => ping(connection),
    [Symbol.asyncDispose]: async () => {
      // What was posted in this turn goes out before; drain flushes the rest.
      await new Promise((resolve) => setImmediate(resolve));
      await connection.drain().catch(() => connection.close());
    },
  };
};

const ping = async (connection: NatsConnection): Promise<void> => {
  try {
    await connection.rtt();
  } catch (cause) {
    throw new BusUnavailable('NATS does not answer; check NATS_URL.', { cause });
  }
};

const sendCommand = async (
  inbox: Inbox,
  send: Outbox['send'],
  command: Command,
  timeoutMs: number,
): Promise<CommandReply> => {
  const { id, org, name } = command;
  const subject = subjects.command.of({ service: serviceOfCommand(name), org, name });
  const answer = await inbox.ask((replyTo) => send(subject, { ...command, replyTo }), timeoutMs);
  if (!answer) throw new CommandTimeout(`no reply to ${name} ${id} within ${timeoutMs} ms`);
  return CommandReply.parse(answer.json());
};

/** Whether the connection is down: the client would keep what is sent then, and send it who knows when. */
const watch = (connection: NatsConnection, log: Logger, onReconnect: () => void): (() => boolean) => {
  let isDown = false;
  void (async () => {
    for await (const { type, data } of connection.status()) {
      if (type === Events.Disconnect) {
        isDown = true;
        log.warn({ server: data }, 'nats disconnected');
      } else if (type === Events.Reconnect) {
        isDown = false;
        log.info({ server: data }, 'nats reconnected');
        onReconnect();
      }
    }
  })();
  return () => isDown || connection.isClosed();
};
