import { streams } from '@karrio/contracts';
import { evolveRun, isRunEvent, noRun, type RunEvent, type RunRequest, type Stored } from '@karrio/domain';
import { loadValue, type EventStore } from '@karrio/event-store-client';

export type RecalledRun = Readonly<{ runId: string; request: RunRequest; events: readonly RunEvent[] }>;

/** A run of an organisation with its large values in its events; why not, where it cannot be followed. */
export const recallRun = async (
  store: EventStore,
  org: string,
  runId: string,
): Promise<RecalledRun | Readonly<{ refused: string }>> => {
  const recorded = await store.read(streams.run(runId));
  const events = recorded.filter(isRunEvent);
  const run = events.reduce(evolveRun, noRun);
  if (run.status === 'absent' || recorded[0]?.metadata.org !== org) {
    return { refused: `No workflow event has the id ${runId}.` };
  }
  if (run.status === 'open') return { refused: `The run ${runId} is not over; wait for its end.` };
  if (events.length > eventsMax) return { refused: `The run ${runId} has more than ${eventsMax} events.` };
  const loaded: RunEvent[] = [];
  for (const event of events) loaded.push(await withValues(store, event));
  return { runId, request: run.request, events: loaded };
};

/** A run is followed in memory, and its interpreter looks at every action at every event. */
const eventsMax = 10_000;

const withValues = async (store: EventStore, event: RunEvent): Promise<RunEvent> => {
  const load = async (stored: Stored): Promise<Stored> =>
    'blob' in stored ? { json: await loadValue(store, stored) } : stored;
  const { data } = event;
  const output = 'output' in data && data.output ? { output: await load(data.output) } : {};
  const body = 'request' in data && data.request?.body ? await load(data.request.body) : undefined;
  const request = body && 'request' in data ? { request: { ...data.request, body } } : {};
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the same fact, with two of its values read
  return { ...event, data: { ...data, ...output, ...request } } as RunEvent;
};
