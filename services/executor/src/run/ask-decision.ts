import { decisionOutcome, type Outcome } from '@karrio/actions';
import { parkDeferred, type Performance } from '@karrio/domain';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { Journal } from './journal.ts';
import { decisionIdOf, refusedRates } from './rules-outside.ts';
import { isoTime, type RunPorts } from './run-ports.ts';

/** The rules service reads one stream. */
const patienceMs = 5_000;

/**
 * Asks whether a person has settled the decision that an action was deferred for, and parks the run where nobody
 * has. Whoever settles it lets the run go on afterwards, so nothing is missed: a settlement that finds the run not
 * yet deferred is found here. @throws BusUnavailable
 */
export const askDecision = async (
  { bus, now, parked }: Pick<RunPorts, 'bus' | 'now' | 'parked'>,
  journal: Journal,
  { attempt: { slug } }: Performance,
): Promise<Readonly<{ outcome: Outcome; startedAt: string }> | undefined> => {
  await journal.flush();
  const run = journal.state();
  const progress = run.status === 'open' && !run.parked ? run.actions.get(slug) : undefined;
  // Another action of its order has parked the run, or a person has ended it.
  if (progress?.is !== 'deferred') return undefined;
  const { startedAt } = progress;
  const { org } = journal.metadata;
  const id = decisionIdOf(org, idempotencyKeyOf(journal.runId, slug));
  const answer = await bus.question('rules', { name: 'rate_decision', org, payload: { id } }, patienceMs);
  if ('rejected' in answer) {
    return { outcome: { failed: { failure: refusedRates(answer.rejected.errors) } }, startedAt };
  }
  const decision = answer.answered;
  const outcome = decisionOutcome(decision, 200, Buffer.byteLength(JSON.stringify(decision)));
  if (!('deferred' in outcome)) return { outcome, startedAt };
  const park = parkDeferred(slug, outcome.deferred.message, isoTime(now()));
  journal.note(park);
  parked.add(1, { cause: park.data.cause });
  return undefined;
};
