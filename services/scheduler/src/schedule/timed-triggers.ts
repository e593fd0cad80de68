import type { Recorded } from '@karrio/event-store-client';
import { z } from 'zod';
import { createAlarms } from '../alarms.ts';
import type { Open } from './decide-slots.ts';
import { nextDue, withoutEmptyPhases } from './next-due.ts';
import { rememberSchedules } from './open-schedules.ts';
import { takeEvent, type Known } from './take-event.ts';
import type { TimedTrigger } from './timed-trigger.ts';
import { createTriggerTable, type TriggerTable } from './trigger-table.ts';

const form = 2;

/** All that is known at a position of the log. */
export type TriggersThen = Readonly<{
  /** Raised with what is below: a snapshot of another form is not read. */
  form: typeof form;
  /** Null: not until something happens; left out: to be found. */
  timed: readonly Readonly<{ trigger: TimedTrigger; dueMs?: number | null }>[];
  /** Id, organisation, workflow. */
  untimed: readonly (readonly [string, string, string])[];
  active: readonly string[];
}>;

/** No look at each trigger: it would take seconds for what this service wrote itself. */
export const TriggersThen = z.custom<TriggersThen>(
  (value) =>
    typeof value === 'object' && value !== null && 'form' in value && value.form === form && 'timed' in value,
  'is of another form',
);

/** To find the next slot of an expression that was not read before takes some 0.1 ms. */
const looksMax = 500;

/** The scheduled triggers in the order in which something is to be decided about them. */
export const createTimedTriggers = () => {
  const open = rememberSchedules();
  /** Those whose time is to be found anew: a log that is read from its beginning changes each many times. */
  const changed = new Set<string>();
  const table = createTriggerTable((id) => changed.add(id));
  const known: Known = { table, untimed: new Map(), active: new Set() };
  const due = createDueTimes(table.count);

  return {
    take: (event: Recorded): void => takeEvent(known, event),
    /** Those about which something is to be decided, at most so many, the longest due first. */
    due: (nowMs: number, countMax: number): readonly TimedTrigger[] => {
      findTimes({ table, due, open }, changed);
      return due.take(nowMs, countMax).flatMap((id) => table.get(id) ?? []);
    },
    /** There are more whose time is to be found: ask for what is due again. */
    isBehind: () => changed.size > 0,
    /** For who looks from outside. */
    countByState: () => ({ timed: table.count() - changed.size, unread: changed.size }),
    /** It could not be decided: it is due again then. */
    postpone: (id: string, untilMs: number): void => {
      changed.delete(id);
      due.set(id, untilMs);
    },
    /** Its time is found anew. */
    again: (id: string): void => void changed.add(id),
    get: table.get,
    open,
    pending: () => table.pending(),
    count: table.count,
    restore: ({ timed, untimed, active }: TriggersThen): void => {
      restoreOwners(known, untimed, active);
      for (const { trigger, dueMs } of timed) {
        table.set(trigger);
        if (dueMs === undefined) continue;
        changed.delete(trigger.id);
        due.set(trigger.id, dueMs ?? undefined);
      }
    },
    snapshot: (): TriggersThen => ({
      form,
      timed: [...table.all()].map((trigger) =>
        changed.has(trigger.id) ? { trigger } : { trigger, dueMs: due.of(trigger.id) ?? null },
      ),
      ...ownersIn(known),
    }),
  };
};
export type TimedTriggers = ReturnType<typeof createTimedTriggers>;

const createDueTimes = (count: () => number) => {
  const dueMs = new Map<string, number>();
  const alarms = createAlarms((id) => dueMs.get(id));
  return {
    of: (id: string) => dueMs.get(id),
    set: (id: string, due: number | undefined): void => {
      if (due === undefined) {
        dueMs.delete(id);
        return;
      }
      dueMs.set(id, due);
      alarms.set({ id, dueMs: due }, count());
    },
    /** It keeps its time until it is given another: a snapshot in between has it due. */
    take: (nowMs: number, countMax: number): readonly string[] => {
      const ids = new Set<string>();
      while (ids.size < countMax) {
        const alarm = alarms.take(nowMs);
        if (!alarm) break;
        ids.add(alarm.id);
      }
      return [...ids];
    },
  };
};
type Times = Readonly<{ table: TriggerTable; due: ReturnType<typeof createDueTimes>; open: Open }>;

/** Of a portion of those whose time is to be found anew. */
const findTimes = ({ table, due, open }: Times, changed: Set<string>): void => {
  let looks = 0;
  for (const id of changed) {
    if (++looks > looksMax) return;
    changed.delete(id);
    const trigger = table.get(id);
    if (!trigger) {
      due.set(id, undefined);
      continue;
    }
    const trimmed = withoutEmptyPhases(trigger, open);
    table.replace(trimmed);
    due.set(id, nextDue(trimmed, open));
  }
};

const restoreOwners = (
  known: Known,
  untimed: TriggersThen['untimed'],
  active: TriggersThen['active'],
): void => {
  for (const id of active) known.active.add(id);
  for (const [id, org, workflowId] of untimed) known.untimed.set(id, { org, workflowId });
};

const ownersIn = ({ untimed, active }: Known): Pick<TriggersThen, 'untimed' | 'active'> => ({
  untimed: [...untimed].map(([id, { org, workflowId }]) => [id, org, workflowId] as const),
  active: [...active],
});
