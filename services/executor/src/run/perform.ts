import type { ActionAttempt, Json, JsonObject, Performance, RunEvent } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import { attribute, traced } from '@karrio/telemetry';
import { setMaxListeners } from 'node:events';
import type { Effect, Outcome } from '../action/action-type.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import type { Journal } from './journal.ts';
import type { Steps } from './steps.ts';

type Context = Readonly<{ parameters: Json; steps: Steps; metadata: JsonObject }>;
type Departure = Readonly<{
  attempt: ActionAttempt;
  effect: Effect;
  idempotencyKey: string;
  startedAt: string;
}>;

/**
 * Performs the actions of one order. Everything noted so far, with an `ActionStarted` for each effect, is
 * durable before the first effect leaves; what has no effect outside needs no append of its own.
 */
export const performTogether = async (
  ports: RunPorts,
  journal: Journal,
  performances: readonly Performance[],
  context: Context,
): Promise<void> => {
  const departures: Departure[] = [];
  // Actions of one order do not see each other's outputs.
  const steps = { ...context.steps };
  for (const { action, attempt } of performances) {
    const startedAt = isoTime(ports.now());
    const prepared = ports.prepare(action, { ...context, steps, metafields: {}, connection: {} });
    if ('effect' in prepared) {
      // The same for every attempt, and different for every run and action.
      const idempotencyKey = `${journal.runId}-${action.slug}`;
      const { effect } = prepared;
      const { body } = effect.request;
      const request = {
        ...effect.request,
        body: body === null ? null : await storeValue(ports.store, body, journal.metadata),
      };
      journal.note({ type: 'ActionStarted', data: { ...attempt, request, idempotencyKey, at: startedAt } });
      departures.push({ attempt, effect, idempotencyKey, startedAt });
    } else {
      const outcome: Outcome =
        'failed' in prepared ? { failed: { failure: prepared.failed } } : prepared.pure;
      await conclude(ports, journal, attempt, outcome, startedAt, context.steps);
    }
  }
  if (departures.length === 0) return;
  await journal.flush();
  await performEffects(ports, journal, departures, context.steps);
};

const performEffects = async (
  ports: RunPorts,
  journal: Journal,
  departures: readonly Departure[],
  steps: Steps,
) => {
  const abandoned = new AbortController();
  setMaxListeners(0, abandoned.signal);
  let underWay = departures.length;
  const perform = async ({ attempt, effect, idempotencyKey, startedAt }: Departure) => {
    const about = { [attribute.action]: attempt.actionId, [attribute.attempt]: attempt.attempt };
    const outcome = await traced(`action ${attempt.actionType}`, about, () =>
      performed(ports, abandoned.signal, effect, idempotencyKey),
    );
    await conclude(ports, journal, attempt, outcome, startedAt, steps);
    underWay--;
    // The last one's outcome travels with what follows from it, in one append.
    if (underWay > 0) await journal.flush();
  };
  try {
    await Promise.all(departures.map(perform));
  } catch (error) {
    // The run is someone else's now, or the store is away: nobody would record what the others bring.
    abandoned.abort();
    throw error;
  }
};

/** A fault of ours ends the action, too: delivered again it would only send the request again. */
const performed = async (
  { log }: RunPorts,
  signal: AbortSignal,
  effect: Effect,
  idempotencyKey: string,
): Promise<Outcome> => {
  try {
    return await effect.perform(signal, idempotencyKey);
  } catch (err) {
    if (signal.aborted) throw err;
    log.error({ err, idempotencyKey }, 'action failed by a fault of the engine');
    const message =
      'The engine failed to perform this action; its log of this moment says why. Please report it.';
    return { failed: { failure: { code: 'internal-error', message } } };
  }
};

const conclude = async (
  { store, now }: RunPorts,
  journal: Journal,
  attempt: ActionAttempt,
  outcome: Outcome,
  startedAt: string,
  steps: Steps,
): Promise<void> => {
  const at = isoTime(now());
  if ('succeeded' in outcome) {
    const { output, passed, response } = outcome.succeeded;
    steps[attempt.slug] = { response: output };
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
  const { failure, output, response } = outcome.failed;
  const event: RunEvent = {
    type: 'ActionFailed',
    data: {
      ...attempt,
      failure,
      ...(output === undefined ? {} : { output: await storeValue(store, output, journal.metadata) }),
      ...(response === undefined ? {} : { response }),
      startedAt,
      at,
    },
  };
  journal.note(event);
};
