import type { Logger } from '@karrio/telemetry';

export type Deliveries = Readonly<{
  everyMs: number;
  /** How many messages ever came. */
  delivered: () => number;
  /** Whether messages are pending that should have come. */
  isStarving: () => Promise<boolean>;
  onStall: () => Promise<void>;
  log: Logger;
}>;

/**
 * Consumers stall: messages are pending, and none is delivered, without an error on either side. One that got
 * nothing between two looks and starves at both is declared stalled.
 */
export const watchDeliveries = ({ everyMs, delivered, isStarving, onStall, log }: Deliveries): Disposable => {
  let seen = delivered();
  let starved = false;
  let isLooking = false;

  const look = async () => {
    const isSilent = delivered() === seen;
    seen = delivered();
    const isStarved = isSilent && (await isStarving());
    const isStalled = isStarved && starved && delivered() === seen;
    starved = isStarved && !isStalled;
    if (isStalled) await onStall();
  };

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      // NATS is away, or the consumer is being made: there is nothing to say about it.
      .catch((err: unknown) => log.debug({ err }, 'consumer could not be looked at'))
      .finally(() => (isLooking = false));
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
