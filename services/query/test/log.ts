import { randomUUID } from 'node:crypto';
import type { Event } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

const epoch = Date.UTC(2026, 0, 1);
/** So many milliseconds after the beginning of the tests' time. */
export const time = (ms: number): string => new Date(epoch + ms).toISOString();

export const orgId = 'org_1';

/** A log that gives revisions and positions as an event store does. */
export const aLog = () => {
  const revisions = new Map<string, number>();
  let position = 0n;
  return <E extends Event>(stream: string, event: E): Recorded => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    position += 100n;
    return {
      ...event,
      id: randomUUID(),
      stream,
      revision,
      position,
      recordedAt: time(Number(position)),
      metadata: { org: orgId, actor: 'key_1', $correlationId: 'req_1', $causationId: 'cmd_1', schema: 1 },
    };
  };
};
