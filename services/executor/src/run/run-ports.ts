import type { Outside } from '@karrio/actions';
import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Counter, Histogram, Logger } from '@karrio/telemetry';
import type { Authenticator } from '../connection/authenticator.ts';
import type { HostSlots } from '../dispatch/host-slots.ts';
import type { Pauses } from '../pause/pauses.ts';
import type { PlanOf } from './plan-store.ts';

export type RunPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  planOf: PlanOf;
  outside: Outside;
  authenticate: Authenticator;
  pauses: Pauses;
  hosts: Pick<HostSlots, 'take'>;
  /** Tells this process from other executors. */
  executorId: string;
  /** How long a run may be without a sign of life before another executor takes it over. */
  leaseMs: number;
  now: () => number;
  /** From 0 to 1. */
  chance: () => number;
  log: Logger;
  runs: Counter;
  runSeconds: Histogram;
  retries: Counter;
  parked: Counter;
}>;

export const isoTime = (ms: number): string => new Date(ms).toISOString();
