import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Counter, Histogram, Logger } from '@karrio/telemetry';
import type { Prepare } from '../action/action-type.ts';
import type { PlanOf } from './plan-store.ts';

export type RunPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  planOf: PlanOf;
  prepare: Prepare;
  /** Tells this process from other executors. */
  executorId: string;
  /** How long a run may be without a sign of life before another executor takes it over. */
  leaseMs: number;
  now: () => number;
  log: Logger;
  runs: Counter;
  runSeconds: Histogram;
}>;

export const isoTime = (ms: number): string => new Date(ms).toISOString();
