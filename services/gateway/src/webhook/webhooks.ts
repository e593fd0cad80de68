import { subjects } from '@karrio/contracts';
import { defaultWebhookPolicy } from '@karrio/domain';
import type { Bus } from '@karrio/messaging';
import {
  findWebhookOfTrigger,
  findWebhookOfWorkflow,
  type ReadModel,
  type WebhookRow,
} from '@karrio/read-model';
import type { Vault } from '@karrio/vault';
import { LRUCache } from 'lru-cache';
import type { Webhook, WebhookSecret } from './webhook.ts';

/** A notice that was lost costs at most this long with the former secret; `command` decides on the rest anyway. */
const rememberedMs = 3_000;

/** What a URL names: a workflow, of which its webhook trigger is meant, or a trigger. */
export type WebhookTarget = Readonly<{ kind: 'workflow' | 'trigger'; id: string }>;

export type Webhooks = Disposable &
  Readonly<{ find: (target: WebhookTarget) => Webhook | undefined | Promise<Webhook | undefined> }>;

/** What stands behind each URL, remembered until its definition changes. */
export const rememberWebhooks = (
  bus: Pick<Bus, 'subscribe'>,
  { db }: Pick<ReadModel, 'db'>,
  vault: Pick<Vault, 'open'>,
): Webhooks => {
  const known = new LRUCache<string, Webhook>({ max: 10_000, ttl: rememberedMs });
  const forget = () => known.clear();
  // Definitions change rarely, and a changed trigger does not say whose workflow it is: forget them all.
  const changes = ['workflow', 'workflow_trigger'].map((entity) =>
    bus.subscribe(subjects.liveChange, subjects.liveChange.matching({ entity }), forget),
  );

  const lookUp = async ({ kind, id }: WebhookTarget): Promise<Webhook | undefined> => {
    const row = await (kind === 'workflow' ? findWebhookOfWorkflow(db, id) : findWebhookOfTrigger(db, id));
    if (row === undefined) return undefined;
    const webhook = await webhookOf(row, vault);
    known.set(`${kind} ${id}`, webhook);
    return webhook;
  };

  return {
    find: (target) => known.get(`${target.kind} ${target.id}`) ?? lookUp(target),
    [Symbol.dispose]: () => changes.forEach((change) => change[Symbol.dispose]()),
  };
};

const webhookOf = async (row: WebhookRow, vault: Pick<Vault, 'open'>): Promise<Webhook> => ({
  org: row.org_id,
  workflowId: row.workflow_id,
  isActive: row.is_active,
  triggerId: row.trigger_id,
  triggerType: row.trigger_type,
  isPaused: row.trigger_is_active === false,
  testMode: row.test_mode ?? false,
  secretKey: row.secret_key,
  secrets: await secretsOf(row, vault),
  policy: { ...defaultWebhookPolicy, ...row.webhook },
});

const secretsOf = async (
  { org_id, sealed_secret, former_secret }: WebhookRow,
  vault: Pick<Vault, 'open'>,
): Promise<readonly WebhookSecret[]> => {
  const open = (sealed: string) => vault.open(org_id, sealed, 'webhook');
  const current = sealed_secret === null ? [] : [{ value: await open(sealed_secret), untilMs: null }];
  if (!former_secret) return current;
  const former = { value: await open(former_secret.sealed), untilMs: Date.parse(former_secret.until) };
  return [...current, former];
};
