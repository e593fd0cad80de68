import {
  derivedId,
  isRunCommand,
  isUserCommand,
  newId,
  type Command,
  type CommandName,
  type CommandReply,
  type Origin,
} from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { LRUCache } from 'lru-cache';

export type Submission = Readonly<{
  id: string;
  name: CommandName;
  org: string;
  actor: string;
  origin: Origin;
  issuedAt: Date;
  payload: unknown;
}>;

/** @throws BusUnavailable, CommandTimeout */
export type Submit = (submission: Submission) => Promise<CommandReply>;

/** Sends commands, and has each organisation's next one decided on what its last one wrote. */
export const createSubmit = (bus: Pick<Bus, 'command'>, timeoutMs: number): Submit => {
  const seen = new LRUCache<string, bigint>({ max: 10_000 });
  return async (submission) => {
    const { org } = submission;
    const reply = await bus.command(commandOf(submission, seen.get(org), timeoutMs), timeoutMs);
    // Runs and users change no definition, and waiting for their positions would hold up the next command.
    if ('accepted' in reply && !isRunCommand(submission.name) && !isUserCommand(submission.name)) {
      const position = BigInt(reply.accepted.position);
      if (position > (seen.get(org) ?? -1n)) seen.set(org, position);
    }
    return reply;
  };
};

const commandOf = (
  { issuedAt, payload, ...submission }: Submission,
  seen: bigint | undefined,
  timeoutMs: number,
): Command => {
  return {
    ...submission,
    // oxlint-disable-next-line typescript/consistent-type-assertions -- JSON by its makers; zod's type of it has no readonly
    payload: payload as Command['payload'],
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + timeoutMs).toISOString(),
    ...(seen === undefined ? {} : { seen: seen.toString() }),
  };
};

/** `field` tells apart the mutations of one request. */
export const commandIdOf = (org: string, field: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId('command') : derivedId('command', org, field, idempotencyKey);

/** The same key for the same workflow is the same run. */
export const runIdOf = (workflowId: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId('run') : derivedId('run', workflowId, idempotencyKey);
