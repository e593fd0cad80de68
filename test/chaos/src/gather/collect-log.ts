import { parseStream, type StreamKind } from '@karrio/contracts';
import {
  isBacktestEvent,
  isSlotEvent,
  isPauseEvent,
  isRateDecisionEvent,
  isRuleSetSealed,
  isRunEvent,
  isTriggerEvent,
  type BacktestEvent,
  type Event,
  type SlotEvent,
  type PauseEvent,
  type RateDecisionEvent,
  type RunEvent,
  type TriggerEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { Log, Placed } from '../audit/evidence.ts';

/** Gathers what an audit goes by from the events of the log. `secrets` are looked for in each of them. */
export const createLogCollector = (secrets: () => readonly string[]) => {
  const orgs = new Map<string, string>();
  const ruleSets = new Set<string>();
  const leaks = new Set<string>();
  const runs = streamsOf<RunEvent>(isRunEvent);
  const triggers = streamsOf<TriggerEvent>(isTriggerEvent);
  const ledgers = streamsOf<SlotEvent>(isSlotEvent);
  const pauses = streamsOf<PauseEvent>(isPauseEvent);
  const decisions = streamsOf<RateDecisionEvent>(isRateDecisionEvent);
  const backtests = streamsOf<BacktestEvent>(isBacktestEvent);
  const takers: Readonly<Partial<Record<StreamKind, (id: string, event: Recorded) => void>>> = {
    run: runs.take,
    trigger: triggers.take,
    schedule: ledgers.take,
    pause: pauses.take,
    decision: decisions.take,
    backtest: backtests.take,
    ruleset: (_, event) => void (isRuleSetSealed(event) && ruleSets.add(event.data.hash)),
  };
  return {
    take: (event: Recorded): void => {
      const stream = parseStream(event.stream);
      if (!stream) return;
      orgs.set(stream.id, event.metadata.org);
      takers[stream.kind]?.(stream.id, event);
      const text = JSON.stringify([event.data, event.metadata]);
      if (secrets().some((secret) => text.includes(secret))) leaks.add(event.stream);
    },
    log: (): Log => ({
      runs: runs.all,
      triggers: triggers.all,
      ledgers: ledgers.all,
      pauses: pauses.all,
      decisions: decisions.all,
      backtests: backtests.all,
      orgs,
      ruleSets,
      leaks: [...leaks],
    }),
  };
};

const streamsOf = <E extends Event>(isOurs: (event: Event) => event is Event & E) => {
  const all = new Map<string, Placed<E>[]>();
  return {
    all,
    take: (id: string, event: Recorded): void => {
      if (!isOurs(event)) return;
      const before = all.get(id);
      if (before) before.push(event);
      else all.set(id, [event]);
    },
  };
};
