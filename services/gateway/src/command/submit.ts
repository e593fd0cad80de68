import {
  derivedId,
  newId,
  type Command,
  type CommandName,
  type CommandReply,
  type Origin,
} from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { createSeen, type SeenChanges } from './seen.ts';

export type Submission = Readonly<{
  id: string;
  name: CommandName;
  org: string;
  actor: string;
  /** From where; what the gateway tells by itself has none. */
  origin?: Origin;
  /** Of what a person does about themselves: the organisations that they are a member of. */
  concerns?: readonly string[];
  testMode?: boolean;
  issuedAt: Date;
  payload: unknown;
}>;

/** @throws BusUnavailable, CommandTimeout */
export type Submit = (submission: Submission) => Promise<CommandReply>;

/** Sends commands, and has each organisation's next one decided on what its last one wrote. */
export const createSubmit = (
  bus: Pick<Bus, 'command'>,
  timeoutMs: number,
  seen: SeenChanges = createSeen(),
): Submit => {
  return async (submission) => {
    const { name, org } = submission;
    const reply = await bus.command(commandOf(submission, seen.before(name, org), timeoutMs), timeoutMs);
    if ('accepted' in reply) seen.note(name, org, BigInt(reply.accepted.position));
    return reply;
  };
};

const commandOf = (
  { issuedAt, payload, ...submission }: Submission,
  seen: string | undefined,
  timeoutMs: number,
): Command => {
  return {
    ...submission,
    // oxlint-disable-next-line typescript/consistent-type-assertions -- JSON by its makers; zod's type of it has no readonly
    payload: payload as Command['payload'],
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + timeoutMs).toISOString(),
    ...(seen === undefined ? {} : { seen }),
  };
};

/** `field` tells apart the mutations of one request. */
export const commandIdOf = (org: string, field: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId('command') : derivedId('command', org, field, idempotencyKey);

/** The same key for the same workflow is the same run. */
export const runIdOf = (workflowId: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId('run') : derivedId('run', workflowId, idempotencyKey);

/** The same key is the same decision. */
export const decisionIdOf = (org: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined ? newId('decision') : derivedId('decision', org, idempotencyKey);
