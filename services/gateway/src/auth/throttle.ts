import { LRUCache } from 'lru-cache';

const windowMs = 15 * 60_000;

/** How many failures within a quarter of an hour, before no more is tried. */
const limits = {
  /** From one address on one account: a person who forgot. */
  pair: 10,
  /** On one account from anywhere: guesses spread over many addresses. */
  account: 100,
  /** From one address on any account: one list of passwords over many accounts. */
  address: 100,
} as const;

type Attempt = Readonly<{ account: string; address: string }>;

export type Throttle = Readonly<{
  /** How long to wait before the next try, in ms; zero where it may be made now. */
  waitMs: (attempt: Attempt) => number;
  failed: (attempt: Attempt) => void;
  /** What was wrong before is forgiven to the account at this address, not to the address. */
  succeeded: (attempt: Attempt) => void;
}>;

type Count = Readonly<{ failures: number; until: number }>;

/** Slows the guessing of passwords down. Each process counts for itself. */
export const createThrottle = (now: () => number): Throttle => {
  const counts = new LRUCache<string, Count>({ max: 50_000 });

  const current = (key: string): Count => {
    const count = counts.get(key);
    return count && count.until > now() ? count : { failures: 0, until: now() + windowMs };
  };
  const keysOf = ({ account, address }: Attempt) => [
    { key: `pair ${account} ${address}`, max: limits.pair },
    { key: `account ${account}`, max: limits.account },
    { key: `address ${address}`, max: limits.address },
  ];

  return {
    waitMs: (attempt) =>
      Math.max(
        ...keysOf(attempt).map(({ key, max }) => {
          const { failures, until } = current(key);
          return failures < max ? 0 : until - now();
        }),
      ),
    failed: (attempt) => {
      for (const { key } of keysOf(attempt)) {
        const { failures, until } = current(key);
        counts.set(key, { failures: failures + 1, until });
      }
    },
    succeeded: ({ account, address }) => void counts.delete(`pair ${account} ${address}`),
  };
};
