import type { Command, CommandReply } from '@karrio/contracts';
import { AppendRefused } from '@karrio/event-store-client';
import { traced, type Counter, type Histogram } from '@karrio/telemetry';
import { handleCommand, type CommandPorts } from './handle-command.ts';
import { rejected } from './reply.ts';

type Metrics = Readonly<{ handled: Counter; seconds: Histogram }>;

/** Replies before the message is acknowledged: a crash in between repeats a command that is idempotent. */
export const consumeCommands =
  (ports: CommandPorts, { handled, seconds }: Metrics) =>
  async (command: Command): Promise<void> => {
    const begin = performance.now();
    const reply = await traced(`command ${command.name}`, {}, () => answer(ports, command));
    if (command.replyTo?.startsWith('_INBOX.')) ports.bus.publish(command.replyTo, reply);
    handled.add(1, { name: command.name, outcome: 'accepted' in reply ? 'accepted' : reply.rejected.code });
    seconds.record((performance.now() - begin) / 1_000);
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
