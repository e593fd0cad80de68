import type { IncomingHttpHeaders } from 'node:http';
import type { Authenticate, Viewer } from '../auth/authenticate.ts';
import { missingPermission } from '../auth/permitted.ts';
import type { Problem } from '../http/problem.ts';
import { decideWebhook, secretHeaderOf, type Webhook } from './decide-webhook.ts';
import { digestOf, type Webhooks } from './webhooks.ts';

export type AdmissionPorts = Readonly<{ authenticate: Authenticate; webhooks: Pick<Webhooks, 'find'> }>;

export type Admitted = Readonly<{ webhook: Webhook; viewer: Viewer | undefined }>;

/** Ids are letters, digits and underscores; anything else need not be looked for. */
const idShape = /^\w{1,100}$/;

export const admit = async (
  { authenticate, webhooks }: AdmissionPorts,
  workflowId: string,
  headers: IncomingHttpHeaders,
): Promise<Admitted | { readonly problem: Problem }> => {
  const caller = await authenticate(headers.authorization);
  const missing = typeof caller === 'object' ? missingPermission(caller, 'runs:start') : undefined;
  if (missing) return { problem: missing };
  const webhook = idShape.test(workflowId) ? await webhooks.find(workflowId) : undefined;
  const secret = webhook && headers[secretHeaderOf(webhook).toLowerCase()];
  const presented = typeof secret === 'string' ? digestOf(secret) : undefined;
  const decision = decideWebhook({ webhook, caller, presented });
  if ('problem' in decision) return decision;
  return { webhook: decision.accept, viewer: typeof caller === 'object' ? caller : undefined };
};
