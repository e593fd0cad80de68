import { createHash } from 'node:crypto';
import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { findWebhook, type ReadModel } from '@karrio/read-model';
import type { Vault } from '@karrio/vault';
import { LRUCache } from 'lru-cache';
import type { Webhook } from './decide-webhook.ts';

/** A notice that was lost costs at most this long with the former secret; `command` decides on the rest anyway. */
const rememberedMs = 3_000;

export type Webhooks = Disposable &
  Readonly<{ find: (workflowId: string) => Webhook | undefined | Promise<Webhook | undefined> }>;

/** What stands behind each trigger URL, remembered until its definition changes. */
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

  const lookUp = async (workflowId: string): Promise<Webhook | undefined> => {
    const row = await findWebhook(db, workflowId);
    if (row === undefined) return undefined;
    const webhook = {
      org: row.org_id,
      isActive: row.is_active,
      triggerType: row.trigger_type,
      secretKey: row.secret_key,
      secretDigest:
        row.sealed_secret === null
          ? null
          : digestOf(await vault.open(row.org_id, row.sealed_secret, 'webhook')),
    };
    known.set(workflowId, webhook);
    return webhook;
  };

  return {
    find: (workflowId) => known.get(workflowId) ?? lookUp(workflowId),
    [Symbol.dispose]: () => changes.forEach((change) => change[Symbol.dispose]()),
  };
};

export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
