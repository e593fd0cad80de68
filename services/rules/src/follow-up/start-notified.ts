import {
  derivedId,
  derivedUuid,
  inherited,
  parseStream,
  streams,
  type EventMetadata,
} from '@karrio/contracts';
import {
  isRateDecisionEvent,
  type Event,
  type RateNotificationsDue,
  type RateNotified,
} from '@karrio/domain';
import { RevisionConflict, type EventStore, type Recorded } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { asJson } from '../decision/json.ts';
import { askCommand } from './ask-command.ts';

type Ports = Readonly<{ store: EventStore; bus: Pick<Bus, 'command'>; now: () => number }>;
type Outcome = RateNotified['data']['outcomes'][number];

/**
 * Starts the workflows that a decision's rules name, once each: their ids follow from the decision's, so that doing
 * it again asks for the same runs. @throws BusUnavailable, CommandTimeout, StoreUnavailable
 */
export const startNotified = async (
  ports: Ports,
  { stream, data, metadata }: Recorded<RateNotificationsDue>,
): Promise<void> => {
  const id = parseStream(stream)?.id;
  if (id === undefined) return;
  const written = await ports.store.read(stream);
  if (written.some(isNotified)) return;
  const outcomes = await Promise.all(
    data.notifications.map((notification, index) =>
      start(ports, metadata, {
        decisionId: id,
        index,
        testMode: data.testMode,
        depth: data.depth,
        ...notification,
      }),
    ),
  );
  await record(ports, id, metadata, outcomes);
};

export const isNotificationsDue = (event: Recorded): event is Recorded<RateNotificationsDue> =>
  isRateDecisionEvent(event) && event.type === 'RateNotificationsDue';

const isNotified = <T extends Event>(event: T): event is T & RateNotified =>
  isRateDecisionEvent(event) && event.type === 'RateNotified';

type Due = RateNotificationsDue['data']['notifications'][number] &
  Readonly<{ decisionId: string; index: number; testMode: boolean; depth: number }>;

const start = async (
  ports: Ports,
  { org }: EventMetadata,
  { decisionId, index, workflow, rule, parameters, testMode, depth }: Due,
): Promise<Outcome> => {
  const runId = derivedId('run', decisionId, String(index));
  const reply = await askCommand(ports, [runId], {
    name: 'request_run',
    org,
    actor: 'rules',
    payload: {
      runId,
      workflowId: workflow,
      eventType: 'auto',
      testMode,
      // A workflow that asks for rates and is told of them must not start itself for ever.
      depth: depth + 1,
      parameters: asJson({ ...parameters, decision_id: decisionId, rule_id: rule }),
    },
  });
  if ('accepted' in reply) return { runId };
  const { errors } = reply.rejected;
  return { refused: errors.map(({ messages }) => messages.join(' ')).join(' ') || reply.rejected.code };
};

const record = async (
  { store, now }: Ports,
  id: string,
  about: EventMetadata,
  outcomes: readonly Outcome[],
): Promise<void> => {
  const stream = streams.decision(id);
  const at = new Date(now()).toISOString();
  const event: RateNotified = { type: 'RateNotified', data: { outcomes, at } };
  const metadata = { ...inherited(about), actor: 'rules' };
  for (;;) {
    const written = await store.read(stream);
    if (written.some(isNotified)) return;
    try {
      const eventId = derivedUuid(stream, 'notified');
      await store.append(
        stream,
        [{ ...event, id: eventId, metadata }],
        written.at(-1)?.revision ?? 'no-stream',
      );
      return;
    } catch (error) {
      // A person settled it in this moment, or another process notified.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
};
