import { depthAfter, depthHeader } from '@karrio/contracts';
import type { FastifyRequest } from 'fastify';
import { suspect } from '../audit/watch-refusals.ts';
import { commandIdOf } from '../command/submit.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { originOf } from '../http/origin.ts';
import { problem, type Problem } from '../http/problem.ts';
import { admit, type AdmissionPorts, type Admitted } from './admit.ts';
import { deliveryKeyOf } from './delivery-key.ts';
import { identify } from './identify.ts';
import { parametersOf, withRequest } from './parameters.ts';
import type { RunStart } from './start-run.ts';
import { waitMsOf } from './wait.ts';
import type { Webhook } from './webhook.ts';
import type { WebhookTarget } from './webhooks.ts';

export type DeliveryRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: Readonly<Record<string, unknown>>;
  Body: Buffer | null | undefined;
}>;

type Read<T> = T | { readonly problem: Problem };

/** What a request asks for, if it may. Only who may start a run learns what is wrong with its body. */
export const readDelivery = async (
  ports: AdmissionPorts,
  target: WebhookTarget,
  request: DeliveryRequest,
): Promise<Read<RunStart>> => {
  const { query, headers } = request;
  const asked = askedBy(query, headers['idempotency-key']);
  if ('problem' in asked) return asked;
  const body = request.body ?? Buffer.alloc(0);
  const admitted = await admit(ports, target, { headers, body });
  if ('problem' in admitted) {
    suspectSender(request, admitted.to);
    return admitted;
  }
  const given = parametersOf(headers['content-type'], body);
  if ('problem' in given) return given;
  const named = nameOf(admitted, headers, { body, parameters: given.parameters });
  if ('problem' in named) return named;
  return startOf(admitted, request, asked, { ...given, ...named });
};

const suspectSender = (request: DeliveryRequest, to: Webhook | undefined): void => {
  if (!to || to.triggerId === null) return;
  suspect(request, { kind: 'sender', org: to.org, triggerId: to.triggerId });
};

type Content = Readonly<{ parameters: RunStart['parameters']; deliveryKey: string | undefined }>;

const startOf = (
  { webhook, viewer, once }: Admitted,
  request: DeliveryRequest,
  { waitMs, isFull, idempotencyKey }: Asked,
  { parameters, deliveryKey }: Content,
): RunStart => {
  const { org, workflowId, triggerId, policy } = webhook;
  const identity = identify({ workflowId, triggerId, deliveryKey, once, idempotencyKey });
  const { runId, isRepeatable, isOnce } = identity;
  return {
    runId,
    commandId: commandIdOf(org, 'request_run', isRepeatable ? runId : undefined),
    workflowId,
    ...(triggerId !== null && { triggerId }),
    org,
    ...senderOf(webhook, viewer),
    origin: originOf(request, viewer),
    eventType: 'webhook',
    parameters: policy.parametersFrom === 'body' ? parameters : withRequest(webhook, request, parameters),
    depth: depthAfter(request.headers[depthHeader]),
    isOnce,
    waitMs: waitMs ?? policy.response?.waitMs ?? 0,
    response: policy.response,
    isFull,
    isRepeated: isRepeatable,
  };
};

const senderOf = (
  { testMode }: Admitted['webhook'],
  viewer: Admitted['viewer'],
): Pick<RunStart, 'actor' | 'testMode'> =>
  viewer ? { actor: viewer.actor, testMode: testMode || viewer.testMode } : { actor: 'webhook', testMode };

/** A member is not the trigger's sender, and need not call its deliveries anything. */
const nameOf = (
  { webhook, viewer }: Admitted,
  headers: DeliveryRequest['headers'],
  content: Readonly<{ body: Buffer; parameters: RunStart['parameters'] }>,
): Read<{ readonly deliveryKey: string | undefined }> => {
  const found = deliveryKeyOf(webhook.policy, headers, content);
  if ('key' in found) return { deliveryKey: found.key };
  return viewer ? { deliveryKey: undefined } : found;
};

type Asked = Readonly<{ waitMs: number | undefined; isFull: boolean; idempotencyKey: string | undefined }>;

const askedBy = (
  query: DeliveryRequest['query'],
  idempotencyHeader: string | readonly string[] | undefined,
): Read<Asked> => {
  const wait = waitMsOf(query['wait']);
  if ('problem' in wait) return wait;
  const idempotency = idempotencyKeyOf(idempotencyHeader);
  if ('problem' in idempotency) return idempotency;
  const { include } = query;
  if (include !== undefined && include !== 'run') {
    const message = 'The query parameter include can only be run; leave it out for a brief answer.';
    return { problem: problem('validation', message) };
  }
  return { waitMs: wait.ms, isFull: include === 'run', idempotencyKey: idempotency.key };
};
