import type { Origin } from '@karrio/contracts';
import type { ProblemCode } from '../http/problem.ts';

/**
 * Who was refused, as far as it is known without looking anything up: somebody who is known, whoever holds a key or
 * a session that let nobody in, whoever tried to be a user, whoever sends to a trigger, or a stranger.
 */
export type Suspect =
  | Readonly<{ kind: 'caller'; org: string; actor: string }>
  | Readonly<{ kind: 'credential'; digest: string }>
  | Readonly<{ kind: 'account'; userId: string }>
  | Readonly<{ kind: 'sender'; org: string; triggerId: string }>
  | Readonly<{ kind: 'stranger' }>;

export type Refused = Readonly<{
  suspect: Suspect;
  /** The operation, or method and route. */
  action: string;
  code: ProblemCode;
  origin: Origin;
}>;

/** Refusals of one suspect, action and code. `origin` is that of the last one. */
export type Told = Refused &
  Readonly<{ times: number; since: number; until: number; addresses: readonly string[] }>;

export type RefusalTally = Readonly<{
  add: (refused: Refused) => void;
  /** What was told and belongs to another suspect, as it turned out. */
  addAll: (told: Told) => void;
  /** What is to be told now: the first of a kind at once, those that follow once a minute. */
  take: () => readonly Told[];
  /** All that was not told. */
  takeAll: () => readonly Told[];
}>;

const everyMs = 60_000;
const addressesMax = 5;
/** Kinds that are told apart of one organisation, and of all whose organisation is not known. */
const kindsMax = 100;

type Kind = { told: Told | undefined; dueAt: number; readonly group: string };

/** Counts refusals, so that a flood of them becomes a few lines of an audit log. */
export const createRefusalTally = (now: () => number): RefusalTally => {
  const kinds = new Map<string, Kind>();
  const sizes = new Map<string, number>();

  const kindOf = (refused: Refused, max: number): Kind | undefined => {
    const { suspect, action, code } = refused;
    const key = JSON.stringify([suspect, action, code]);
    const known = kinds.get(key);
    if (known) return known;
    const group = groupOf(suspect);
    const size = sizes.get(group) ?? 0;
    if (size >= max) return undefined;
    const kind = { told: undefined, dueAt: now(), group };
    kinds.set(key, kind);
    sizes.set(group, size + 1);
    return kind;
  };

  const addAll = (told: Told): void => {
    const whole = { ...told, ...severalOf(told.suspect) };
    const kind = kindOf(told, kindsMax);
    if (kind) kind.told = joined(kind.told, told);
    else {
      // Of these there is one for each code.
      const several = kindOf(whole, Number.POSITIVE_INFINITY);
      if (several) several.told = joined(several.told, whole);
    }
  };

  const takeWhere = (isDue: (kind: Kind) => boolean): readonly Told[] => {
    const taken: Told[] = [];
    for (const [key, kind] of kinds) {
      if (!isDue(kind)) continue;
      if (kind.told) {
        taken.push(kind.told);
        kind.told = undefined;
        kind.dueAt = now() + everyMs;
      } else {
        kinds.delete(key);
        sizes.set(kind.group, (sizes.get(kind.group) ?? 1) - 1);
      }
    }
    return taken;
  };

  return {
    add: (refused) =>
      addAll({ ...refused, times: 1, since: now(), until: now(), addresses: [refused.origin.ip] }),
    addAll,
    take: () => takeWhere(({ dueAt }) => dueAt <= now()),
    takeAll: () => takeWhere(() => true),
  };
};

const groupOf = (suspect: Suspect): string => {
  if (suspect.kind === 'caller') return suspect.org;
  // However many senders there are, what members are refused is told apart.
  if (suspect.kind === 'sender') return `senders to ${suspect.org}`;
  return suspect.kind === 'stranger' ? 'strangers' : 'unresolved';
};

const severalOf = (suspect: Suspect): Pick<Refused, 'suspect' | 'action'> => ({
  suspect: 'org' in suspect ? { kind: 'caller', org: suspect.org, actor: 'several' } : { kind: 'stranger' },
  action: 'several',
});

const joined = (earlier: Told | undefined, told: Told): Told =>
  earlier === undefined
    ? told
    : {
        ...told,
        times: earlier.times + told.times,
        since: Math.min(earlier.since, told.since),
        addresses: [...new Set([...earlier.addresses, ...told.addresses])].slice(0, addressesMax),
      };
