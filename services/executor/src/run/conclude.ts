import type { Outcome } from '@karrio/actions';
import { afterFailure, type Performance } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { stepOf, type Steps } from './steps.ts';

/** Notes how an attempt ended, and what a failed one leads to. */
export const conclude = async (
  { store, now, chance, retries }: RunPorts,
  journal: Journal,
  { action, attempt }: Performance,
  outcome: Outcome,
  startedAt: string,
  steps: Steps,
): Promise<void> => {
  const at = isoTime(now());
  if ('succeeded' in outcome) {
    const { output, passed, response } = outcome.succeeded;
    steps[attempt.slug] = stepOf(output, response);
    journal.note({
      type: 'ActionSucceeded',
      data: {
        ...attempt,
        output: await storeValue(store, output, journal.metadata),
        ...(passed === undefined ? {} : { passed }),
        ...(response === undefined ? {} : { response }),
        startedAt,
        at,
      },
    });
    return;
  }
  if ('deferred' in outcome) {
    const { output, message } = outcome.deferred;
    const stored = await storeValue(store, output, journal.metadata);
    journal.note({ type: 'ActionDeferred', data: { ...attempt, output: stored, message, startedAt, at } });
    return;
  }
  const { failure, output, response, recovery } = outcome.failed;
  const failed = {
    ...attempt,
    failure,
    ...(output === undefined ? {} : { output: await storeValue(store, output, journal.metadata) }),
    ...(response === undefined ? {} : { response }),
    startedAt,
    at,
  };
  const event = afterFailure(action, failed, recovery, chance());
  if (event.type === 'ActionRetryScheduled') retries.add(1, { code: failure.code });
  journal.note(event);
};
