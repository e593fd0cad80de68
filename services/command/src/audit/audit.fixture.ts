import type { EventMetadata } from '@karrio/contracts';
import type { Event } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

export const at = '2026-11-22T09:00:00.000Z';

export const metadata: EventMetadata = {
  org: 'org_1',
  actor: 'key_1',
  $correlationId: 'cmd_1',
  $causationId: 'cmd_1',
  command: 'update_workflow',
  origin: { ip: '203.0.113.7', userAgent: 'shop/1.0', credential: 'key_1', requestId: 'req_1' },
  schema: 1,
};

/** Records events one after the other, each in its stream. */
export const aLog = () => {
  const revisions = new Map<string, number>();
  let position = 0n;
  return (stream: string, event: Event, over: Partial<EventMetadata> = {}): Recorded => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    position += 10n;
    return {
      ...event,
      id: `${stream}@${revision}`,
      stream,
      revision,
      position,
      recordedAt: at,
      metadata: { ...metadata, ...over },
    };
  };
};
