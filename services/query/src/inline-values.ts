import { isRateDecided, isRunEvent, type Stored } from '@karrio/domain';
import { type EventStore, loadValue, type Recorded, StoreUnavailable } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';

/** A value over this stays a reference: a timeline is read whole, and repeats it for every later action. */
const inlineMaxBytes = 1_024 * 1_024;

/**
 * Puts the values that the log keeps apart for their size into their events, for the rows to show.
 * @throws StoreUnavailable
 */
export const inlineValues = async (
  store: EventStore,
  events: readonly Recorded[],
  log: Logger,
): Promise<readonly Recorded[]> => {
  const inlined: Recorded[] = [];
  for (const event of events) {
    const reference = referenceIn(event);
    inlined.push(reference ? withValue(event, await load(store, reference, log)) : event);
  }
  return inlined;
};

type Reference = Extract<Stored, { blob: string }>;

/** An event has at most one: a request's body, an output, or the facts of a decision. */
const referenceIn = (event: Recorded): Reference | undefined => {
  if (isRateDecided(event)) return asReference(event.data.facts);
  if (!isRunEvent(event)) return undefined;
  switch (event.type) {
    case 'ActionStarted':
      return asReference(event.data.request.body);
    case 'ActionSucceeded':
    case 'ActionFailed':
    case 'ActionRetryScheduled':
    case 'ActionOutcomeUnknown':
    case 'ActionProbed':
    case 'ActionSettled':
    case 'ActionCompletedLate':
    case 'ActionReused':
      return asReference(event.data.output);
    default:
      return undefined;
  }
};

const asReference = (stored: Stored | null | undefined): Reference | undefined =>
  stored && 'blob' in stored && stored.bytes <= inlineMaxBytes ? stored : undefined;

const withValue = (event: Recorded, value: Stored): Recorded => {
  if (isRateDecided(event)) return { ...event, data: { ...event.data, facts: value } };
  if (!isRunEvent(event)) return event;
  const { data } = event;
  return event.type === 'ActionStarted'
    ? { ...event, data: { ...data, request: { ...event.data.request, body: value } } }
    : { ...event, data: { ...data, output: value } };
};

const load = async (store: EventStore, reference: Reference, log: Logger): Promise<Stored> => {
  try {
    return { json: await loadValue(store, reference) };
  } catch (err) {
    if (err instanceof StoreUnavailable) throw err;
    log.error({ err, blob: reference.blob }, 'value not found, its reference is shown instead');
    return reference;
  }
};
