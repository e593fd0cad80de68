import type { Recorded } from '@karrio/event-store-client';
import type { Break, Link } from './chain.ts';
import { digestOf, digestOfAll } from './digest.ts';
import { isGathered } from './draft-entries.ts';

export type SourceCheck = Readonly<{
  /** Takes the organisation's audited events, all of them, in the order of the log. */
  take: (event: Recorded) => void;
  result: () => Readonly<{ broken: Break | undefined; unchained: number }>;
}>;

/** Whether the entries tell what the log has: each event that is to be told has its entry, and says what it said then. */
export const checkSources = (links: readonly Link[]): SourceCheck => {
  let next = 0;
  let gathered: string[] = [];
  let broken: Break | undefined;
  let unchained = 0;

  const breakAt = (because: string) => {
    broken ??= { number: next, because };
  };
  const matchOne = ({ entry }: Link, event: Recorded) => {
    if (entry.source.digest !== digestOf(event))
      breakAt(`what it tells of, ${nameOf(event)}, was changed in the log`);
    next++;
  };
  const matchRuns = ({ entry }: Link, event: Recorded) => {
    gathered.push(digestOf(event));
    if (BigInt(entry.source.position) > event.position) return;
    const isSame = entry.runs?.digest === digestOfAll(gathered) && entry.runs.count === gathered.length;
    if (!isSame) breakAt(`the run requests up to ${nameOf(event)} are not those that it tells of`);
    gathered = [];
    next++;
  };

  return {
    take: (event) => {
      if (broken) return;
      const link = links[next];
      if (!link) {
        unchained++;
        return;
      }
      const at = BigInt(link.entry.source.position);
      const isRuns = link.entry.runs !== null;
      if (event.position > at) return breakAt('what it tells of is not in the log any more');
      if (isRuns !== isGathered(event) || (!isRuns && event.position < at)) {
        return breakAt(`${nameOf(event)} comes before it in the log and has no entry`);
      }
      return isRuns ? matchRuns(link, event) : matchOne(link, event);
    },
    result: () => {
      if (next < links.length) breakAt('what it tells of is not in the log any more');
      return { broken, unchained };
    },
  };
};

const nameOf = ({ stream, revision, type }: Recorded): string => `${type} ${stream}@${revision}`;
