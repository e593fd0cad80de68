import { hash } from 'node:crypto';
import type { Bus, Shared } from '@karrio/messaging';
import { z } from 'zod';

const windowMs = 15 * 60_000;

/** How many wrong ones within a quarter of an hour, before no more is tried. */
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
  /**
   * Takes a try for wrong before it is made, so that none of many at once is free; 0 where it may be made now, else how
   * long to wait, in ms. @throws BusUnavailable
   */
  begin: (attempt: Attempt) => Promise<number>;
  /** It was not tried after all. */
  takenBack: (attempt: Attempt) => Promise<void>;
  /** It was right. What was wrong before is forgiven to the account at this address, not to the address. */
  succeeded: (attempt: Attempt) => Promise<void>;
}>;

export const Count = z.object({ tries: z.number(), untilMs: z.number() });
export type Count = z.infer<typeof Count>;

/** Slows the guessing of passwords down, by what all gateways on this NATS count together. */
export const openThrottle = (bus: Pick<Bus, 'shared'>, now: () => number): Throttle =>
  createThrottle(bus.shared({ name: 'SIGN_INS', keptMs: windowMs, shape: Count }), now);

export const createThrottle = (shared: Pick<Shared<Count>, 'change'>, now: () => number): Throttle => {
  const current = (count: Count | undefined): Count =>
    count && count.untilMs > now() ? count : { tries: 0, untilMs: now() + windowMs };

  const tryOne = (key: string, max: number): Promise<number> =>
    shared.change(key, (count) => {
      const { tries, untilMs } = current(count);
      return tries < max
        ? { next: { tries: tries + 1, untilMs }, result: 0 }
        : { next: undefined, result: untilMs - now() };
    });
  const setTo = (key: string, tries: (before: number) => number): Promise<undefined> =>
    shared.change(key, (count) => {
      const before = current(count);
      return { next: { ...before, tries: tries(before.tries) }, result: undefined };
    });

  return {
    begin: async (attempt) => {
      const { pair, account, address } = keysOf(attempt);
      const waitMs = await tryOne(pair, limits.pair);
      if (waitMs > 0) return waitMs;
      return Math.max(
        ...(await Promise.all([tryOne(account, limits.account), tryOne(address, limits.address)])),
      );
    },
    takenBack: async (attempt) => {
      await Promise.all(Object.values(keysOf(attempt)).map((key) => setTo(key, less)));
    },
    succeeded: async (attempt) => {
      const { pair, account, address } = keysOf(attempt);
      await Promise.all([setTo(pair, () => 0), setTo(account, less), setTo(address, less)]);
    },
  };
};

const less = (tries: number): number => Math.max(0, tries - 1);

/** Names of keys hold neither who it is nor from where. */
const keysOf = ({ account, address }: Attempt) => {
  const named = (...parts: readonly string[]) => hash('sha256', JSON.stringify(parts));
  return {
    pair: named('pair', account, address),
    account: named('account', account),
    address: named('address', address),
  };
};
