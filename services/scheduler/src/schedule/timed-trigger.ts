import type {
  Json,
  OccurrenceEvent,
  RunSlot,
  Schedule,
  TriggerDefinition,
  TriggerEvent,
  Withheld,
} from '@karrio/domain';
import { completeTrigger, defaultSchedulePolicy, isOccurrenceEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

/** A time for which a trigger's schedule was the same: slots behind `fromMs`, up to `untilMs`; null: of now. */
export type Phase = Readonly<{
  fromMs: number;
  untilMs: number | null;
  schedule: Schedule;
  /** Why no slot of it starts a run. */
  withheld: Withheld | null;
}>;

/** A slot that was fired, and whose run is not in the log yet. */
export type PendingRun = Readonly<{
  runId: string;
  slot: RunSlot;
  cancels: readonly string[];
  /** Of its line in the ledger. */
  revision: number;
}>;

/** What the keeper of time knows of a scheduled trigger. */
export type TimedTrigger = Readonly<{
  id: string;
  org: string;
  workflowId: string;
  isActive: boolean;
  testMode: boolean;
  parameters: Json;
  /** The oldest first; none for a trigger that was deleted, or has become one without times. */
  phases: readonly Phase[];
  /** Every slot up to this instant is decided. */
  decidedMs: number;
  /** Of the last event of its ledger; -1 before the first. */
  revision: number;
  /** The ledger says nothing below this revision any more. */
  keptFrom: number;
  queued: RunSlot | null;
  pending: readonly PendingRun[];
  openRuns: readonly string[];
}>;

const scheduleOf = ({ schedule, schedulePolicy }: TriggerDefinition): Schedule => ({
  ...(schedulePolicy ?? defaultSchedulePolicy),
  expression: schedule ?? '',
});

const withheldBy = (isActive: boolean, isWorkflowActive: boolean): Withheld | null =>
  isActive ? (isWorkflowActive ? null : 'workflow-inactive') : 'paused';

/** A trigger at its beginning. */
export const beginTrigger = (
  { id, org, workflowId }: Readonly<{ id: string; org: string; workflowId: string }>,
  definition: TriggerDefinition,
  at: string,
  isWorkflowActive: boolean,
): TimedTrigger =>
  redefined(
    {
      id,
      org,
      workflowId,
      isActive: true,
      testMode: false,
      parameters: null,
      phases: [],
      decidedMs: Date.parse(at),
      revision: -1,
      keptFrom: 0,
      queued: null,
      pending: [],
      openRuns: [],
    },
    definition,
    at,
    isWorkflowActive,
  );

/** As its definition says from then on. */
export const redefined = (
  trigger: TimedTrigger,
  definition: TriggerDefinition,
  at: string,
  isWorkflowActive: boolean,
): TimedTrigger => {
  const { isActive, testMode, parameters } = definition;
  const withheld = withheldBy(isActive, isWorkflowActive);
  return phased({ ...trigger, isActive, testMode, parameters }, scheduleOf(definition), withheld, at);
};

/** Its workflow was switched on or off. */
export const switched = (trigger: TimedTrigger, isWorkflowActive: boolean, at: string): TimedTrigger => {
  const now = trigger.phases.at(-1);
  return now ? phased(trigger, now.schedule, withheldBy(trigger.isActive, isWorkflowActive), at) : trigger;
};

/** A phase ends only where something about the times changes. */
const phased = (
  trigger: TimedTrigger,
  schedule: Schedule,
  withheld: Withheld | null,
  at: string,
): TimedTrigger => {
  const now = trigger.phases.at(-1);
  if (now && now.withheld === withheld && JSON.stringify(now.schedule) === JSON.stringify(schedule))
    return trigger;
  const fromMs = Date.parse(at);
  const before = trigger.phases.map((phase) => (phase === now ? { ...phase, untilMs: fromMs } : phase));
  return { ...trigger, phases: [...before, { fromMs, untilMs: null, schedule, withheld }] };
};

/** What its ledger says. */
export const recordedIn = (
  trigger: TimedTrigger,
  { revision, type, data }: Pick<Recorded<OccurrenceEvent>, 'revision' | 'type' | 'data'>,
): TimedTrigger => {
  if (revision <= trigger.revision) return trigger;
  const known = { ...trigger, revision };
  const event = { type, data };
  if (!isOccurrenceEvent(event)) return known;
  switch (event.type) {
    case 'OccurrenceFired':
    case 'OccurrenceCaughtUp': {
      const { slot, runId, cancels = [] } = event.data;
      return decidedTo(
        { ...unqueued(known, slot), pending: [...known.pending, { runId, slot, cancels, revision }] },
        slot,
      );
    }
    case 'OccurrenceQueued':
      return decidedTo({ ...known, queued: event.data.slot }, event.data.slot);
    case 'OccurrenceSkipped':
      return decidedTo(unqueued(known, event.data.first), event.data.last);
    case 'OccurrenceRefused':
      return { ...known, pending: known.pending.filter(({ runId }) => runId !== event.data.runId) };
    case 'OccurrencesForgotten':
      return { ...known, keptFrom: Math.max(known.keptFrom, event.data.before) };
  }
};

const unqueued = (trigger: TimedTrigger, { name }: RunSlot): TimedTrigger =>
  trigger.queued?.name === name ? { ...trigger, queued: null } : trigger;

const decidedTo = (trigger: TimedTrigger, { dueAt }: RunSlot): TimedTrigger => ({
  ...trigger,
  decidedMs: Math.max(trigger.decidedMs, Date.parse(dueAt)),
});

export const definitionIn = ({ type, data }: Pick<Recorded<TriggerEvent>, 'type' | 'data'>) =>
  type === 'TriggerDeleted' || !('definition' in data) ? undefined : completeTrigger(data.definition);
