import { createHmac } from 'node:crypto';
import { derivedId, subjects } from '@karrio/contracts';
import type { JetStreamClient } from 'nats';
import { z } from 'zod';
import type { Gateway } from './gateway.ts';

/** Asks for the runs of one key, once. Undefined, or an error, where they were not accepted this time. */
export type AskForRuns = (key: string, parameters: object) => Promise<readonly string[] | undefined>;

const Started = z.object({ workflow_event: z.object({ id: z.string() }) });
const Triggered = z.object({ id: z.string() });
const Heard = z.object({ events: z.tuple([z.object({ started: z.array(Triggered) })]) });

export const byMutation =
  (gateway: Gateway, workflowId: string): AskForRuns =>
  async (key, parameters) => {
    const input = { workflow_id: workflowId, event_type: 'manual', parameters };
    const headers = { 'idempotency-key': key };
    const answer = await gateway.mutate('create_workflow_event', input, 'workflow_event { id }', headers);
    return [Started.parse(answer).workflow_event.id];
  };

const acceptedBy = ({ status, answer }: Awaited<ReturnType<Gateway['post']>>) =>
  status === 202 || status === 200 ? [Triggered.parse(answer).id] : undefined;

export const byWebhook =
  (gateway: Gateway, workflowId: string): AskForRuns =>
  async (key, body) => {
    const headers = { 'idempotency-key': key };
    return acceptedBy(await gateway.post(`/v1/workflows/${workflowId}/trigger`, { body, headers }));
  };

/** As GitHub signs and names its deliveries. */
export const byDelivery =
  (gateway: Gateway, triggerId: string, secret: string): AskForRuns =>
  async (key, parameters) => {
    const body = JSON.stringify(parameters);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature, 'x-github-delivery': key };
    return acceptedBy(await gateway.post(`/v1/webhooks/${triggerId}`, { body, headers }));
  };

const source = '/chaos';
const eventOf = (type: string, id: string, data: object) => ({
  specversion: '1.0',
  id,
  source,
  type,
  data,
});

export const byEvent =
  (gateway: Gateway, type: string): AskForRuns =>
  async (key, parameters) => {
    const { authorization } = gateway;
    const headers = { authorization, 'content-type': 'application/cloudevents+json' };
    const sent = { body: eventOf(type, key, parameters), headers };
    const { status, answer } = await gateway.post('/v1/events', sent);
    return status === 202 ? Heard.parse(answer).events[0].started.map(({ id }) => id) : undefined;
  };

/** Over NATS nobody is told the ids of the runs: they follow from trigger and event. */
export const byPublishing =
  (jetStream: JetStreamClient, org: string, type: string, triggerIds: readonly string[]): AskForRuns =>
  async (key, parameters) => {
    const subject = subjects.incoming.of({ org }).replace('>', type);
    await jetStream.publish(subject, JSON.stringify(eventOf(type, key, parameters)), { timeout: 3_000 });
    return triggerIds.map((triggerId) => derivedId('run', triggerId, 'event', source, key));
  };
