import { newId, type CommandPayload, type Origin, type UserCommandName } from '@karrio/contracts';
import { membershipsOf, type ReadModel } from '@karrio/read-model';
import type { Progress } from '../command/progress.ts';
import { problemOfRejection } from '../command/rejection.ts';
import type { Submit } from '../command/submit.ts';
import { problem, type Problem } from '../http/problem.ts';

export type SubmitPorts = Readonly<{
  /** Sees what all users are a member of. */
  people: ReadModel['db'];
  submit: Submit;
  progress: Pick<Progress, 'reached'>;
  now: () => number;
}>;

const behindMsMax = 5_000;

/** Sends what a person does about themselves, and resolves when the next request meets it; undefined where it took effect. */
export const submitAsUser = async <N extends UserCommandName>(
  { people, submit, progress, now }: SubmitPorts,
  who: Readonly<{ userId: string; origin: Origin }>,
  name: N,
  payload: CommandPayload<N>,
): Promise<Problem | undefined> => {
  const { userId, origin } = who;
  const issuedAt = new Date(now());
  const id = newId('command');
  const orgs = (await membershipsOf(people, userId)).map(({ org }) => org);
  // Who is a member of none has an audit log of their own, so that a sign-in is always in one.
  const concerns = orgs.length > 0 ? orgs : [userId];
  const reply = await submit({ id, name, org: userId, actor: userId, origin, concerns, issuedAt, payload });
  if ('rejected' in reply) return problemOfRejection(reply.rejected);
  return (await progress.reached(BigInt(reply.accepted.position), behindMsMax))
    ? undefined
    : problem('read_model_behind', 'This is stored, but the read models do not show it yet; go on shortly.');
};
