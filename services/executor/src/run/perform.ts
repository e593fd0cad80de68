import { planAction, type Access, type Outcome, type TemplateContext, type Waiting } from '@karrio/actions';
import type { Performance, Plan } from '@karrio/domain';
import { storeValue } from '@karrio/event-store-client';
import { attribute, traced } from '@karrio/telemetry';
import { Abandoned, watchOver, type Abandonment } from './abandonment.ts';
import { accessOf } from './access.ts';
import { askDecision } from './ask-decision.ts';
import { conclude } from './conclude.ts';
import type { Holding } from './holdings.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { Journal } from './journal.ts';
import { probe } from './probe.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { hostOf, sendEffect, type Departure, type Busy } from './send-effect.ts';
import { senderOf } from './sender-of.ts';
import type { Steps } from './steps.ts';

type Context = Omit<TemplateContext, 'steps' | 'now'> & Readonly<{ steps: Steps }>;

/** A run that this process has in hand, and what it follows. */
export type InHand = Readonly<{ journal: Journal; plan: Plan; holding: Holding }>;

/**
 * Performs the actions of one order. Everything noted so far, with an `ActionStarted` for each effect, is
 * durable before the first effect leaves; what has no effect outside needs no append of its own. Where a host
 * has no slot free, its actions are left for later; answers the host where nothing else was to do.
 */
export const performTogether = async (
  ports: RunPorts,
  { journal, plan, holding }: InHand,
  performances: readonly Performance[],
  context: Context,
): Promise<Busy | undefined> => {
  using abandonment = watchOver(ports, journal, plan);
  holding.watch(journal, abandonment.consider, abandonment.fail);
  // However this ends, no slot stays behind.
  using slots = new DisposableStack();
  const departures: Departure[] = [];
  const busy: Busy[] = [];
  // Actions of one order do not see each other's outputs.
  const seen = { ...context, steps: { ...context.steps } };
  for (const performance of performances) {
    const departure = await begin(ports, journal, performance, seen, abandonment.signal);
    if (departure === undefined) continue;
    if ('waitsFor' in departure) busy.push(departure);
    else if ('effect' in departure) departures.push({ ...departure, slot: slots.use(departure.slot) });
    else await conclude(ports, journal, performance, departure.outcome, departure.startedAt, context.steps);
  }
  if (departures.length === 0) return busy.length === performances.length ? busy[0] : undefined;
  await journal.flush();
  if (!hasBegun(journal, departures)) return undefined;
  abandonment.consider();
  await performEffects(ports, journal, departures, context.steps, abandonment);
  return undefined;
};

/** Not where people held the run in the moment of its beginning. */
const hasBegun = (journal: Journal, departures: readonly Departure[]): boolean => {
  const run = journal.state();
  return (
    run.status === 'open' &&
    departures.every(({ performance }) => run.actions.get(performance.attempt.slug)?.is === 'started')
  );
};

type Settled = Readonly<{ outcome: Outcome; startedAt: string }>;

/** Begins an effect, or gives the outcome where there is none to perform; undefined where all is noted. */
const begin = async (
  ports: RunPorts,
  journal: Journal,
  performance: Performance,
  seen: Omit<TemplateContext, 'now'>,
  signal: AbortSignal,
): Promise<Departure | Settled | Busy | undefined> => {
  const startedAt = isoTime(ports.now());
  if (performance.as === 'resume') return { outcome: { succeeded: { output: null } }, startedAt };
  if (performance.as === 'ask') return askDecision(ports, journal, performance);
  const beginning =
    performance.as === 'probe'
      ? probe(ports, journal, performance, { ...seen, now: startedAt }, signal)
      : prepare(ports, journal, performance, seen, signal);
  // Given up while it asked for a token or about an earlier attempt, it has sent nothing: the run says what is next.
  return beginning.catch((error: unknown) => {
    if (!(error instanceof Abandoned)) throw error;
    return undefined;
  });
};

const prepare = async (
  ports: RunPorts,
  journal: Journal,
  performance: Performance,
  seen: Omit<TemplateContext, 'now'>,
  signal: AbortSignal,
): Promise<Departure | Settled | Busy | undefined> => {
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
  if ('wait' in planned) {
    const dueAt = dueTime(planned.wait, ports.now());
    journal.note({ type: 'ActionWaiting', data: { ...attempt, dueAt, at: startedAt } });
    return undefined;
  }
  const { effect } = planned;
  const idempotencyKey = idempotencyKeyOf(journal.runId, action.slug);
  const { body } = effect.request;
  const request = {
    ...effect.request,
    body: body === null ? null : await storeValue(ports.store, body, journal.metadata),
  };
  const host = hostOf(effect);
  const slot = ports.hosts.take(host, journal.runId);
  if (!slot) return { waitsFor: host };
  journal.note({ type: 'ActionStarted', data: { ...attempt, request, idempotencyKey, at: startedAt } });
  return { performance, context, access, effect, idempotencyKey, startedAt, slot };
};

const dueTime = (waiting: Waiting, nowMs: number): string =>
  'until' in waiting ? waiting.until : isoTime(nowMs + waiting.ms);

const performEffects = async (
  ports: RunPorts,
  journal: Journal,
  departures: readonly Departure[],
  steps: Steps,
  abandonment: Abandonment,
) => {
  const sender = senderOf(journal, abandonment.signal);
  let underWay = departures.length;
  const perform = async (departure: Departure) => {
    const { performance, startedAt } = departure;
    const { attempt } = performance;
    const about = { [attribute.action]: attempt.actionId, [attribute.attempt]: attempt.attempt };
    try {
      const outcome = await traced(`action ${attempt.actionType}`, about, () =>
        sendEffect(ports, sender, departure),
      );
      await conclude(ports, journal, performance, outcome, startedAt, steps);
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
      const at = isoTime(ports.now());
      journal.note({ type: 'ActionCancelled', data: { ...attempt, because: error.because, startedAt, at } });
    }
    departure.slot[Symbol.dispose]();
    abandonment.consider();
    underWay--;
    // The last one's outcome travels with what follows from it, in one append.
    if (underWay > 0) await journal.flush();
  };
  try {
    await Promise.all(departures.map(perform));
  } catch (error) {
    // The run is someone else's now, or the store is away: nobody would record what the others bring.
    abandonment.fail(error);
    throw error;
  }
};
