import { parseStream, streamPrefixes } from '@karrio/contracts';
import { auditedTypes } from '@karrio/domain';
import type { EventStore, LogFilter, Recorded } from '@karrio/event-store-client';
import type { Vault } from '@karrio/vault';
import type { Link } from './chain.ts';
import { concernedBy } from './draft-entries.ts';
import { checkSources, type SourceCheck } from './check-sources.ts';
import { chainBreak, readLinks, type KeptHead } from './verify-org.ts';

export type VerifyPorts = Readonly<{
  store: EventStore;
  vault: Pick<Vault, 'open'>;
  say: (line: string) => void;
}>;

const isAudited: ReadonlySet<string> = new Set(auditedTypes);

/** Says of each organisation's audit log whether it holds, and what is the first thing wrong; true where all do. */
export const verifyLogs = async (
  { store, vault, say }: VerifyPorts,
  { org: only, kept }: Readonly<{ org: string | undefined; kept: string }>,
): Promise<boolean> => {
  const keptHeads = new Map(headsIn(kept).map((head) => [head.org, head]));
  const orgs = new Set(only === undefined ? [...(await orgsInLog(store)), ...keptHeads.keys()] : [only]);
  const logs = new Map<string, Readonly<{ links: readonly Link[]; check: SourceCheck }>>();
  for (const org of orgs) {
    const links = await readLinks(store, org);
    logs.set(org, { links, check: checkSources(links) });
  }
  await readAll(store, { eventTypePrefixes: auditedTypes }, (event) => {
    if (isAudited.has(event.type)) for (const org of concernedBy(event)) logs.get(org)?.check.take(event);
  });
  let isWell = true;
  for (const [org, { links, check }] of logs) {
    const { broken: changed, unchained } = check.result();
    const broken = (await chainBreak(vault, org, links, keptHeads.get(org))) ?? changed;
    if (broken) isWell = false;
    say(
      broken ? `${org}: BROKEN at entry ${broken.number}: ${broken.because}` : wellOf(org, links, unchained),
    );
  }
  return isWell;
};

const wellOf = (org: string, links: readonly Link[], unchained: number): string => {
  const newer = unchained === 0 ? '' : `; ${unchained} events since are not chained yet`;
  return `${org}: ${links.length} entries hold${newer}`;
};

/** A line for each: organisation, number and hash of the last entry. */
export const headsOf = async (store: EventStore, orgs: readonly string[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const org of orgs) {
    const head = (await readLinks(store, org)).at(-1);
    if (head) lines.push(`${org} ${head.entry.number} ${head.hash}`);
  }
  return lines;
};

/** @throws Error naming the line that is no head */
const headsIn = (text: string): readonly KeptHead[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, org, number, hash] = /^(\S+) (\d+) ([0-9a-f]{64})$/.exec(line.trim()) ?? [];
      if (org === undefined || number === undefined || hash === undefined) {
        throw new Error(`This is no line of "npm run audit -- heads": ${line}`);
      }
      return { org, number: Number(number), hash };
    });

export const orgsInLog = async (store: EventStore): Promise<readonly string[]> => {
  const orgs = new Set<string>();
  await readAll(store, { streamPrefixes: streamPrefixes('audit', 'organization') }, ({ stream }) => {
    const id = parseStream(stream)?.id;
    if (id !== undefined) orgs.add(id);
  });
  return [...orgs];
};

/** Everything that is in the log by now. */
const readAll = async (
  store: EventStore,
  filter: LogFilter,
  take: (event: Recorded) => void,
): Promise<void> => {
  const { signal } = new AbortController();
  for await (const { events, isCaughtUp } of store.follow({ from: undefined, filter, signal })) {
    events.forEach(take);
    if (isCaughtUp) return;
  }
  throw new Error('The event store was closed before the log was read to its end.');
};
