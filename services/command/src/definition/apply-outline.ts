import { derivedUuid, streams } from '@karrio/contracts';
import {
  action,
  connection,
  metafield,
  pause,
  shippingRule,
  trigger,
  workflow,
  type Decider,
  type Decision,
  type Event,
  type Refusal,
} from '@karrio/domain';
import type { EventStore, ExpectedRevision } from '@karrio/event-store-client';
import type { Catalog, OrgCatalog } from '../catalog/catalog.ts';
import type { Entry } from '../catalog/entries.ts';
import type { Change } from './change.ts';
import type { Envelope } from '../envelope.ts';

type Step = Readonly<{ stream: string; expected: ExpectedRevision; decision: Decision<Event, Refusal> }>;

/**
 * Writes an outline's changes, one append each, and shows them to the catalog. Event ids come from the
 * command's, so a command that died half-way is completed by its redelivery.
 * @throws RevisionConflict when another process wrote first: outline again on what is new
 */
export const applyOutline = async (
  store: EventStore,
  catalog: Catalog,
  envelope: Envelope,
  changes: readonly Change[],
): Promise<Readonly<{ refused: readonly Refusal[] }> | Readonly<{ position: bigint }>> => {
  const { org, commandId, metadata } = envelope;
  let position = catalog.positionOf(commandId) ?? 0n;
  // All decisions before the first append: what is refused leaves nothing behind.
  const steps = changes.map((change) => decide(catalog.of(org), change));
  const refused = steps.flatMap(({ decision }) => ('rejected' in decision ? [decision.rejected] : []));
  if (refused.length > 0) return { refused };
  for (const { stream, expected, decision } of steps) {
    if ('rejected' in decision || decision.accepted.length === 0) continue;
    const events = decision.accepted.map((event, index) => ({
      ...event,
      id: derivedUuid(commandId, stream, String(index)),
      metadata,
    }));
    const appended = await store.append(stream, events, expected);
    const first = appended.revision - events.length + 1;
    position = appended.position;
    events.forEach((event, index) =>
      catalog.apply({
        ...event,
        stream,
        revision: first + index,
        position,
        recordedAt: envelope.at,
      }),
    );
  }
  return { position };
};

const decide = (catalog: OrgCatalog, change: Change): Step => {
  const { id } = change;
  switch (change.kind) {
    case 'workflow':
      return step(streams.workflow(id), catalog.workflow(id), workflow, change.command);
    case 'action':
      return step(streams.action(id), catalog.action(id), action, change.command);
    case 'connection':
      return step(streams.connection(id), catalog.connection(id), connection, change.command);
    case 'metafield':
      return step(streams.metafield(id), catalog.metafield(id), metafield, change.command);
    case 'pause':
      return step(streams.pause(id), catalog.pause(id), pause, change.command);
    case 'rule':
      return step(streams.rule(id), catalog.rule(id), shippingRule, change.command);
    case 'trigger':
      return step(streams.trigger(id), catalog.trigger(id), trigger, change.command);
  }
};

const step = <State, Command, E extends Event>(
  stream: string,
  entry: Entry<State> | undefined,
  decider: Decider<State, Command, E, Refusal>,
  command: Command,
): Step => ({
  stream,
  expected: entry?.revision ?? 'no-stream',
  decision: decider.decide(entry?.state ?? decider.initial, command),
});
