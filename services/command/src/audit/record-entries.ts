import { derivedUuid, streams, type EventMetadata } from '@karrio/contracts';
import { isAuditRecorded } from '@karrio/domain';
import { RevisionConflict, type EventStore, type NewEvent, type Recorded } from '@karrio/event-store-client';
import { VaultError, type Vault } from '@karrio/vault';
import { LRUCache } from 'lru-cache';
import { chained, type Link } from './chain.ts';
import { draftEntries, hasBefore } from './draft-entries.ts';

export type AuditPorts = Readonly<{
  store: Pick<EventStore, 'read' | 'readLast' | 'append'>;
  vault: Pick<Vault, 'seal'>;
}>;

/** What one append takes, well below a store's limit. */
const linksMax = 200;
const conflictsMax = 5;

/** Chains what events of one organisation tell, once each however often they come. */
export const createRecorder = (ports: AuditPorts) => {
  const { store } = ports;
  const heads = new LRUCache<string, Link>({ max: 10_000 });

  const headOf = async (org: string): Promise<Link | undefined> => {
    const known = heads.get(org);
    if (known) return known;
    const last = await store.readLast(streams.audit(org));
    const link = last && isAuditRecorded(last) ? last.data : undefined;
    if (link) heads.set(org, link);
    return link;
  };

  const appendAll = async (org: string, head: Link | undefined, links: readonly Link[]) => {
    let last = head;
    for (let from = 0; from < links.length; from += linksMax) {
      last = await append(ports, org, last, links.slice(from, from + linksMax));
      if (last) heads.set(org, last);
    }
  };

  const record = async (org: string, events: readonly Recorded[]): Promise<void> => {
    for (let conflicts = 0; ;) {
      const head = await headOf(org);
      const through = head ? BigInt(head.entry.source.position) : -1n;
      const fresh = events.filter(({ position }) => position > through);
      const histories = await readHistories(store, fresh);
      const links = chained(
        org,
        head,
        draftEntries(fresh, ({ stream, revision }) =>
          (histories.get(stream) ?? []).filter((each) => each.revision < revision),
        ),
      );
      try {
        return await appendAll(org, head, links);
      } catch (error) {
        // Another process chains too: what it wrote is read, and what is left is chained after it.
        heads.delete(org);
        if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
      }
    }
  };
  return { record };
};

const readHistories = async (store: AuditPorts['store'], events: readonly Recorded[]) => {
  const streamsRead = new Set(events.filter(hasBefore).map(({ stream }) => stream));
  return new Map(
    await Promise.all([...streamsRead].map(async (stream) => [stream, await store.read(stream)] as const)),
  );
};

const append = async (
  { store, vault }: AuditPorts,
  org: string,
  head: Link | undefined,
  links: readonly Link[],
): Promise<Link | undefined> => {
  const last = links.at(-1);
  if (!last) return head;
  const seal = await sealOf(vault, org, last.hash);
  const events = links.map((link): NewEvent => ({
    type: 'AuditRecorded',
    data: link === last && seal !== undefined ? { ...link, seal } : link,
    id: derivedUuid('audit', org, link.hash),
    metadata: metadataOf(org, link),
  }));
  await store.append(streams.audit(org), events, head?.entry.number ?? 'no-stream');
  return last;
};

/** The last link of an append is sealed, and with its hash all before it. */
const sealOf = async (vault: AuditPorts['vault'], org: string, hash: string): Promise<string | undefined> => {
  try {
    return (await vault.seal(org, hash, 'audit')).sealed;
  } catch (error) {
    // An organisation whose keys were destroyed, and what belongs to none, has no key to seal with.
    if (error instanceof VaultError && error.code === 'no-data-key') return undefined;
    throw error;
  }
};

const metadataOf = (org: string, { entry }: Link): EventMetadata => ({
  org,
  actor: 'audit',
  $correlationId: entry.commandId,
  $causationId: entry.commandId,
  schema: 1,
});
