import {
  commandPayloads,
  type Command,
  type CommandPayload,
  type CommandReply,
  type EventMetadata,
} from '@karrio/contracts';
import { AppendRefused } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { attribute, counter, currentTraceparent, histogram, traced } from '@karrio/telemetry';
import type { RuleFollower } from '../rule-book/follow-rules.ts';
import { rejected } from './reply.ts';
import { decidedBefore, selectRate, type DecisionPorts } from './select-rate.ts';
import { settleDecision } from './settle-decision.ts';

type Ports = DecisionPorts &
  Readonly<{ bus: Bus; caughtUpTo: RuleFollower['caughtUpTo']; now: () => number }>;

/** Replies before the message is acknowledged: a crash in between repeats a command that decides once. */
export const consumeDecisions = (ports: Ports) => {
  const handled = counter(
    'karrio_decisions_total',
    'Commands of the rules service handled, by name and outcome.',
  );
  const seconds = histogram('karrio_decision_duration_seconds', 'From delivery to reply.');
  return async (command: Command): Promise<void> => {
    const begin = performance.now();
    const { name } = command;
    const reply = await traced(`command ${name}`, { [attribute.command]: name }, () =>
      answer(ports, command),
    );
    if (command.replyTo?.startsWith('_INBOX.')) ports.bus.publish(command.replyTo, reply);
    handled.add(1, { name, outcome: 'accepted' in reply ? 'accepted' : reply.rejected.code });
    seconds.record((performance.now() - begin) / 1_000);
  };
};

const answer = async (ports: Ports, command: Command): Promise<CommandReply> => {
  try {
    return await handle(ports, command);
  } catch (error) {
    if (!(error instanceof AppendRefused)) throw error;
    return rejected(
      'invalid',
      'facts',
      'The event store refuses it; is it larger than 1 MiB? Send fewer rates.',
    );
  }
};

const handle = async (ports: Ports, command: Command): Promise<CommandReply> => {
  const { name, payload, issuedAt: at } = command;
  if (name === 'select_rate') {
    const asked = commandPayloads.select_rate.safeParse(payload);
    return asked.success ? select(ports, command, asked.data) : unreadable(asked.error);
  }
  if (name === 'settle_rate_decision') {
    const asked = commandPayloads.settle_rate_decision.safeParse(payload);
    return asked.success
      ? settleDecision(ports.store, asked.data, metadataOf(command), at)
      : unreadable(asked.error);
  }
  return rejected('invalid', 'name', `The rules service does not work ${name}.`);
};

type Unreadable = Readonly<{
  issues: readonly Readonly<{ path: readonly PropertyKey[]; message: string }>[];
}>;

const unreadable = ({ issues: [issue] }: Unreadable): CommandReply =>
  rejected('invalid', issue?.path.join('.') || 'payload', issue?.message ?? 'unreadable');

/** Where its sender gave up, a decision by now would surprise; what was decided in time is answered all the same. */
const select = async (
  ports: Ports,
  command: Command,
  asked: CommandPayload<'select_rate'>,
): Promise<CommandReply> => {
  if (Date.parse(command.expiresAt) < ports.now()) {
    const late = rejected('expired', 'id', 'The command came too late and had no effect; send it again.');
    return (await decidedBefore(ports.store, asked.decisionId, command.org)) ?? late;
  }
  if (command.seen !== undefined) await ports.caughtUpTo(BigInt(command.seen));
  return selectRate(ports, asked, metadataOf(command), command.issuedAt);
};

const metadataOf = ({ id, org, actor, name, origin }: Command): EventMetadata => {
  const traceparent = currentTraceparent();
  return {
    org,
    actor,
    $correlationId: id,
    $causationId: id,
    command: name,
    ...(origin === undefined ? {} : { origin }),
    ...(traceparent === undefined ? {} : { traceparent }),
    schema: 1,
  };
};
