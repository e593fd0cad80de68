import type { Command, CommandReply } from '@karrio/contracts';
import { AppendRefused } from '@karrio/event-store-client';
import { attribute, counter, histogram, traced } from '@karrio/telemetry';
import { recordRefusal } from './audit/record-refusal.ts';
import { handleCommand, type CommandPorts } from './handle-command.ts';
import { rejected } from './reply.ts';

/** Replies before the message is acknowledged: a crash in between repeats a command that is idempotent. */
export const consumeCommands = (ports: CommandPorts) => {
  const handled = counter('karrio_commands_total', 'Commands handled, by name and outcome.');
  const seconds = histogram('karrio_command_duration_seconds', 'From delivery to reply.');
  return async (command: Command): Promise<void> => {
    const begin = performance.now();
    const { name } = command;
    const reply = await traced(`command ${name}`, { [attribute.command]: name }, () =>
      answer(ports, command),
    );
    if ('rejected' in reply) await recordRefusal(ports.store, command, reply.rejected);
    if (command.replyTo?.startsWith('_INBOX.')) ports.bus.publish(command.replyTo, reply);
    handled.add(1, { name, outcome: 'accepted' in reply ? 'accepted' : reply.rejected.code });
    seconds.record((performance.now() - begin) / 1_000);
  };
};

const answer = async (ports: CommandPorts, command: Command): Promise<CommandReply> => {
  try {
    return await handleCommand(ports, command);
  } catch (error) {
    if (error instanceof AppendRefused) {
      const message = 'The event store refuses it; is it larger than 1 MiB? Send less, or a link to it.';
      return rejected('invalid', 'parameters', message);
    }
    throw error;
  }
};
