import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';

/** When a key was last used is known this much later: a request costs no write. */
const everyMs = 10_000;

export type KeyUses = Disposable & Readonly<{ seen: (keyId: string) => void }>;

/** Says from time to time which API keys were used since it last did; `query` keeps it. */
export const followKeyUses = (bus: Pick<Bus, 'publish'>, now: () => number): KeyUses => {
  const used = new Map<string, number>();
  const tell = () => {
    if (used.size === 0) return;
    const uses = [...used].map(([id, at]) => ({ id, at: new Date(at).toISOString() }));
    try {
      bus.publish(subjects.apiKeysUsed.of({}), { uses });
      used.clear();
    } catch {
      // NATS is away: the next time tells it.
    }
  };
  const timer = setInterval(tell, everyMs).unref();
  return {
    seen: (keyId) => void used.set(keyId, now()),
    [Symbol.dispose]: () => {
      clearInterval(timer);
      tell();
    },
  };
};
