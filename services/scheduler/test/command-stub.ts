import { jetStreams, streams, subjects, type Command, type CommandReply } from '@karrio/contracts';
import { RevisionConflict, type EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { randomUUID } from 'node:crypto';

/** Answers requests of runs as the command service does: each run id once in the log, or a refusal. */
export const answerCommands = (
  bus: Bus,
  store: EventStore,
  refusalOf: (command: Command) => string | undefined = () => undefined,
) => {
  const commands: Command[] = [];
  const reply = async (command: Command): Promise<CommandReply> => {
    const message = refusalOf(command);
    if (message !== undefined)
      return { rejected: { code: 'inactive', errors: [{ field: 'workflow_id', messages: [message] }] } };
    const { runId = '' } = command.payload as { runId?: string };
    const metadata = {
      org: command.org,
      actor: command.actor,
      $correlationId: runId,
      $causationId: command.id,
      schema: 1,
    } as const;
    const data = { ...(command.payload as object), planHash: 'h', at: command.issuedAt };
    try {
      await store.append(
        streams.run(runId),
        [{ type: 'RunRequested', data, id: randomUUID(), metadata }],
        'no-stream',
      );
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
    return { accepted: { id: runId, position: '0' } };
  };
  const consuming = bus.consume({
    stream: jetStreams.commands,
    durable: 'command',
    subject: subjects.command,
    filter: subjects.command.matching({ service: 'command' }),
    ackWaitMs: 60_000,
    concurrency: 100,
    handle: async (command) => {
      commands.push(command);
      if (command.replyTo !== undefined) bus.publish(command.replyTo, await reply(command));
    },
  });
  return { commands, [Symbol.asyncDispose]: () => consuming[Symbol.asyncDispose]() };
};
