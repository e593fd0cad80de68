import {
  depthAfter,
  depthExtension,
  derivedId,
  subjects,
  subjectToken,
  type Command,
  type IncomingEvent,
} from '@karrio/contracts';
import { PermanentError, RetryLater, type Delivery } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import { handleCommand, type CommandPorts } from '../handle-command.ts';

/** As long as webhooks are told to wait. */
const backlogFullMs = 10_000;

/**
 * Takes events that others publish on NATS. One is acknowledged when its runs are in the log, so that what dies before
 * leaves it to the next delivery.
 */
export const consumeEvents =
  (ports: CommandPorts, log: Logger) =>
  async (event: IncomingEvent, { subject }: Delivery): Promise<void> => {
    const org = subjectToken(subjects.incoming, 'org', subject);
    if (!ports.catalog.has(org)) throw new PermanentError(`an event for ${org}, which is no organisation`);
    const reply = await handleCommand(ports, commandOf(org, event, ports.now()));
    if ('accepted' in reply) {
      for (const { triggerId, code, message } of reply.accepted.event?.notStarted ?? []) {
        log.warn({ org, trigger: triggerId, event: event.id, code, why: message }, 'event started no run');
      }
      return;
    }
    const { code, errors } = reply.rejected;
    if (code === 'backlog-full') throw new RetryLater(`the backlog of ${org} is full`, backlogFullMs);
    throw new PermanentError(`event ${event.id}: ${code} ${JSON.stringify(errors)}`);
  };

const dayMs = 86_400_000;

const commandOf = (org: string, event: IncomingEvent, now: number): Command => {
  const depth = depthAfter(event[depthExtension]);
  return {
    id: derivedId('command', org, 'receive_event', event.source, event.id),
    name: 'receive_event',
    org,
    actor: 'event',
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + dayMs).toISOString(),
    payload: { event, testMode: false, ...(depth !== undefined && { depth }) },
  };
};
