import { planAction, type Access, type Outcome, type TemplateContext } from '@karrio/actions';
import type { Performance } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import { attribute, traced } from '@karrio/telemetry';
import { setMaxListeners } from 'node:events';
import { accessOf } from './access.ts';
import { conclude } from './conclude.ts';
import type { Journal } from './journal.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { sendEffect, type Departure } from './send-effect.ts';
import type { Steps } from './steps.ts';

type Context = Omit<TemplateContext, 'steps' | 'now'> & Readonly<{ steps: Steps }>;

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
  const abandoned = new AbortController();
  const departures: Departure[] = [];
  // Actions of one order do not see each other's outputs.
  const seen = { ...context, steps: { ...context.steps } };
  for (const performance of performances) {
    const departure = await prepare(ports, journal, performance, seen, abandoned.signal);
    if ('effect' in departure) departures.push(departure);
    else await conclude(ports, journal, performance, departure.outcome, departure.startedAt, context.steps);
  }
  if (departures.length === 0) return;
  await journal.flush();
  await performEffects(ports, journal, departures, context.steps, abandoned);
};

type Settled = Readonly<{ outcome: Outcome; startedAt: string }>;

/** Notes that an effect begins, or gives the outcome where there is none to perform. */
const prepare = async (
  ports: RunPorts,
  journal: Journal,
  performance: Performance,
  seen: Omit<TemplateContext, 'now'>,
  signal: AbortSignal,
): Promise<Departure | Settled> => {
  const { action, attempt } = performance;
  const startedAt = isoTime(ports.now());
  const context = { ...seen, now: startedAt };
  let access: Access | undefined;
  if (action.connection && action.actionType === 'http_request') {
    const granted = await accessOf(ports, action.connection, journal.metadata.org, undefined, signal);
    if ('failed' in granted) return { outcome: granted, startedAt };
    ({ access } = granted);
  }
  const planned = planAction(action, context, access);
  if ('failed' in planned) return { outcome: { failed: { failure: planned.failed } }, startedAt };
  if ('pure' in planned) return { outcome: planned.pure, startedAt };
  const { effect } = planned;
  // The same for every attempt, and different for every run and action.
  const idempotencyKey = `${journal.runId}-${action.slug}`;
  const { body } = effect.request;
  const request = {
    ...effect.request,
    body: body === null ? null : await storeValue(ports.store, body, journal.metadata),
  };
  journal.note({ type: 'ActionStarted', data: { ...attempt, request, idempotencyKey, at: startedAt } });
  return { performance, context, access, effect, idempotencyKey, startedAt };
};

const performEffects = async (
  ports: RunPorts,
  journal: Journal,
  departures: readonly Departure[],
  steps: Steps,
  abandoned: AbortController,
) => {
  setMaxListeners(0, abandoned.signal);
  const sender = { org: journal.metadata.org, signal: abandoned.signal };
  let underWay = departures.length;
  const perform = async (departure: Departure) => {
    const { performance, startedAt } = departure;
    const { attempt } = performance;
    const about = { [attribute.action]: attempt.actionId, [attribute.attempt]: attempt.attempt };
    const outcome = await traced(`action ${attempt.actionType}`, about, () =>
      sendEffect(ports, sender, departure),
    );
    await conclude(ports, journal, performance, outcome, startedAt, steps);
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
