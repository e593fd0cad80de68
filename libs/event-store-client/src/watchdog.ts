import { StoreUnavailable } from './errors.ts';

export type Watchdog = Disposable &
  Readonly<{
    /** Something came, and up to where. */
    heard: (position: bigint | undefined) => void;
  }>;

export type WatchdogOptions = Readonly<{
  from: bigint | undefined;
  everyMs: number;
  /** Whether something came that was not taken: then it is the reader that is slow. */
  isBusy: () => boolean;
  /** The first position that the subscription should give out after the one given; undefined: there is none. */
  nextAfter: (position: bigint | undefined) => Promise<bigint | undefined>;
  onStall: (error: Error) => void;
}>;

/**
 * A subscription can end without a word: the connection lives, and nothing comes. So while nothing comes the log is
 * asked whether something should have: what was there to give out at one look, and was not given out by the next.
 */
export const watchSubscription = (options: WatchdogOptions): Watchdog => {
  const { from, everyMs, isBusy, nextAfter, onStall } = options;
  let position = from;
  let wasQuiet = false;
  let owed: bigint | undefined;
  let isAsking = false;

  const look = async () => {
    const asked = position;
    const next = await nextAfter(asked);
    if (asked !== position) return;
    if (owed !== undefined && next !== undefined) {
      onStall(
        new StoreUnavailable('silent', `A subscription gives out nothing after position ${asked ?? 'none'}.`),
      );
    }
    owed = next;
  };

  const timer = setInterval(() => {
    const isDue = wasQuiet && !isBusy() && !isAsking;
    wasQuiet = true;
    if (!isDue) return;
    isAsking = true;
    void look()
      .catch((cause: unknown) => {
        onStall(new StoreUnavailable('silent', 'The event store does not answer a read.', { cause }));
      })
      .finally(() => (isAsking = false));
  }, everyMs);
  timer.unref();

  return {
    heard: (reached) => {
      position = reached;
      wasQuiet = false;
      owed = undefined;
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
};
