import { streams } from '@karrio/contracts';
import { isAuditRecorded } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { VaultError, type Vault } from '@karrio/vault';
import { firstBreak, type Break, type Link } from './chain.ts';

/** A head that somebody kept outside of the event store. */
export type KeptHead = Readonly<{ org: string; number: number; hash: string }>;

/** The audit log as it is stored. @throws StoreUnavailable */
export const readLinks = async (store: Pick<EventStore, 'read'>, org: string): Promise<readonly Link[]> =>
  (await store.read(streams.audit(org))).filter(isAuditRecorded).map(({ data }) => data);

/** What is wrong with the chain itself: with its links, its head's seal, or against a head that was kept. */
export const chainBreak = async (
  vault: Pick<Vault, 'open'>,
  org: string,
  links: readonly Link[],
  kept: KeptHead | undefined,
): Promise<Break | undefined> =>
  firstBreak(org, links) ?? keptBreak(links, kept) ?? (await sealBreak(vault, org, links));

const keptBreak = (links: readonly Link[], kept: KeptHead | undefined): Break | undefined => {
  if (!kept) return undefined;
  const link = links[kept.number];
  if (!link) {
    const because = `the log was cut: entry ${kept.number} was kept, and it ends before`;
    return { number: links.length, because };
  }
  return link.hash === kept.hash
    ? undefined
    : { number: kept.number, because: 'its hash is not the one that was kept: the chain was made anew' };
};

/** Every append ends with a sealed link, so the last one has a seal. */
const sealBreak = async (
  vault: Pick<Vault, 'open'>,
  org: string,
  links: readonly Link[],
): Promise<Break | undefined> => {
  const head = links.at(-1);
  if (!head) return undefined;
  const { number } = head.entry;
  if (head.seal === undefined) {
    return (await hasKey(vault, org, links))
      ? {
          number,
          because: 'it has no seal: the log was cut behind a sealed entry, or written by somebody else',
        }
      : undefined;
  }
  const opened = await openSeal(vault, org, head.seal);
  return opened === undefined || opened === head.hash
    ? undefined
    : { number, because: 'its seal is not of its hash: the chain was made anew' };
};

/** Undefined where the key is gone that it is under, so that nobody can tell. */
const openSeal = async (vault: Pick<Vault, 'open'>, org: string, seal: string) => {
  try {
    return await vault.open(org, seal, 'audit');
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return error.code === 'wrong-key' ? undefined : '';
  }
};

/** An organisation whose log has no seal that opens has, or had, no key to seal with. */
const hasKey = async (vault: Pick<Vault, 'open'>, org: string, links: readonly Link[]): Promise<boolean> => {
  const sealed = links.findLast(({ seal }) => seal !== undefined);
  return sealed?.seal !== undefined && (await openSeal(vault, org, sealed.seal)) !== undefined;
};
