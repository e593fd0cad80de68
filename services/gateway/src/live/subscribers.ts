import { problem, type Problem } from '../http/problem.ts';

/** Who holds a subscription, as far as others of the same credential are concerned. */
export type Subscriber = Readonly<{
  org: string;
  /** The API key or the session. */
  credential: string;
  /** Why it may not go on; undefined where it may. */
  objection: () => Promise<Problem | undefined>;
  end: (problem: Problem) => void;
}>;

export type SubscriberLimits = Readonly<{ max: number; perCredentialMax: number }>;

/** Everybody who is subscribed on this gateway. */
export const createSubscribers = ({ max, perCredentialMax }: SubscriberLimits) => {
  const byCredential = new Map<string, Set<Subscriber>>();
  let count = 0;

  const recheckOne = async (held: ReadonlySet<Subscriber>): Promise<void> => {
    const [first] = held;
    // Those of one credential may do the same.
    const objection = await first?.objection();
    if (objection) for (const subscriber of held) subscriber.end(objection);
  };

  return {
    count: () => count,
    /** Why there is no room for another one. */
    refusal: (credential: string): Problem | undefined => {
      const own = byCredential.get(credential)?.size ?? 0;
      if (own < perCredentialMax && count < max) return undefined;
      return problem(
        'too_many_subscriptions',
        own >= perCredentialMax
          ? `This key or session has ${own} subscriptions open on this gateway, as many as it may; end some of them first.`
          : 'This gateway has as many subscriptions as it takes; try again shortly, and another one may have room.',
      );
    },
    add: (subscriber: Subscriber): Disposable => {
      const held = byCredential.get(subscriber.credential) ?? new Set();
      byCredential.set(subscriber.credential, held.add(subscriber));
      count++;
      return {
        [Symbol.dispose]: () => {
          if (!held.delete(subscriber)) return;
          count--;
          if (held.size === 0) byCredential.delete(subscriber.credential);
        },
      };
    },
    /** Ends those who may not go on: of an organisation, or of all. */
    recheck: async (org?: string): Promise<void> => {
      const due = [...byCredential.values()].filter((held) => {
        const [first] = held;
        return org === undefined || first?.org === org;
      });
      await Promise.all(due.map(recheckOne));
    },
    endAll: (because: Problem): void => {
      for (const held of byCredential.values()) for (const subscriber of held) subscriber.end(because);
    },
  };
};
export type Subscribers = ReturnType<typeof createSubscribers>;
