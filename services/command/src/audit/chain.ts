import { canonicalJson, type AuditEntry, type AuditRecorded } from '@karrio/domain';
import { sha256 } from './digest.ts';

/** An entry that has no place in the chain yet. */
export type Draft = Omit<AuditEntry, 'number'>;
export type Link = AuditRecorded['data'];

/** What the first entry of an organisation has before it. */
const genesisOf = (org: string): string => sha256(`audit ${org}`);

const hashOf = (previous: string, entry: AuditEntry): string =>
  sha256(`${previous}\n${canonicalJson(entry)}`);

/** The drafts as the next links after `last`, or as the first ones. */
export const chained = (org: string, last: Link | undefined, drafts: readonly Draft[]): readonly Link[] => {
  let previous = last?.hash ?? genesisOf(org);
  let number = last ? last.entry.number + 1 : 0;
  return drafts.map((draft) => {
    const entry = { ...draft, number: number++ };
    const link = { entry, previous, hash: hashOf(previous, entry) };
    previous = link.hash;
    return link;
  });
};

export type Break = Readonly<{ number: number; because: string }>;

/** The first entry that is not what was chained; undefined where the chain holds. */
export const firstBreak = (org: string, links: readonly Link[]): Break | undefined =>
  linkedFrom(genesisOf(org), 0, links);

/** The same of a piece of a chain: from the hash before its first entry, and that entry's number. */
export const linkedFrom = (before: string, first: number, links: readonly Link[]): Break | undefined => {
  let previous = before;
  for (const [index, link] of links.entries()) {
    const because = flawOf(link, first + index, previous);
    if (because !== undefined) return { number: first + index, because };
    previous = link.hash;
  }
  return undefined;
};

const flawOf = ({ entry, previous, hash }: Link, number: number, before: string): string | undefined => {
  if (entry.number !== number) {
    return entry.number > number
      ? `entries ${number} to ${entry.number - 1} are missing`
      : `entry ${entry.number} comes a second time`;
  }
  if (previous !== before)
    return 'it does not follow the entry before it: one was changed, put in or taken out';
  return hash === hashOf(previous, entry) ? undefined : 'it was changed after it was recorded';
};
