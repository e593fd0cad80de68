import type { Bus } from '@karrio/messaging';
import { createLimiter, type Limiter } from './limiter.ts';
import { Window } from './share.ts';

/** The longest window that a limit can have. */
const windowMsMax = 86_400_000;

/** The limits of all gateways on this NATS. */
export const openLimiter = (bus: Pick<Bus, 'shared'>): Limiter =>
  createLimiter(bus.shared({ name: 'LIMITS', keptMs: windowMsMax, shape: Window }), Date.now);
