import {
  defaultSchedulePolicy,
  isSlotEvent,
  laterTriggerFields,
  type Json,
  type OccurrenceEvent,
  type OccurrencesForgotten,
  type SchedulePolicy,
  type SlotEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { decideSlots } from './decide-slots.ts';
import { forgetSlots } from './forget-slots.ts';
import { createTimedTriggers, type TriggersThen } from './timed-triggers.ts';

export const iso = (ms: number) => new Date(ms).toISOString();

const aFact = (stream: string, revision: number, type: string, data: object): Recorded => ({
  type,
  data,
  id: `${stream}-${revision}`,
  stream,
  revision,
  position: 1n,
  recordedAt: iso(0),
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

export type Times = Readonly<{
  schedule?: string;
  isActive?: boolean;
  type?: string;
  policy?: Partial<SchedulePolicy>;
  parameters?: Json;
}>;

const definitionOf = ({
  schedule = '0 * * * *',
  isActive = true,
  type = 'scheduled',
  policy,
  parameters = null,
}: Times) => ({
  ...laterTriggerFields,
  triggerType: type,
  parameters,
  isActive,
  schedule: type === 'scheduled' ? schedule : null,
  schedulePolicy: policy ? { ...defaultSchedulePolicy, ...policy } : null,
  secretKey: null,
  sealedSecret: null,
  templateSlug: null,
});

const ledgerStream = 'schedule-wtrg_1';

const isKeptBy =
  ({ data: { before } }: OccurrencesForgotten) =>
  ({ stream, revision }: Recorded): boolean =>
    stream !== ledgerStream || revision >= before;

/** Facts as the log keeps them. */
const aLog = () => {
  let kept: Recorded[] = [];
  let revision = -1;
  const add = (event: Recorded) => {
    kept.push(event);
    return event;
  };
  return {
    add,
    /** To the ledger. */
    append: (event: OccurrenceEvent): Recorded => {
      if (event.type === 'OccurrencesForgotten') kept = kept.filter(isKeptBy(event));
      return add(aFact(ledgerStream, ++revision, event.type, event.data));
    },
    all: (): readonly Recorded[] => kept,
    ofLedger: () => kept.filter(({ stream }) => stream === ledgerStream),
  };
};

/** The trigger `wtrg_1` of the workflow `wkfl_1`, made at `beginMs`, and what becomes of its slots. */
export const aTimeline = (beginMs: number, times: Times = {}, linesKept = Infinity, isWorkflowOn = true) => {
  let triggers = createTimedTriggers();
  const ledger: SlotEvent[] = [];
  const log = aLog();
  const take = (event: Recorded) => triggers.take(log.add(event));
  const fact = (stream: string, type: string, data: object) => take(aFact(stream, 0, type, data));
  const created = { id: 'wtrg_1', slug: 's', workflowId: 'wkfl_1', at: iso(beginMs) };
  fact('trigger-wtrg_1', 'TriggerCreated', { ...created, definition: definitionOf(times) });
  fact('workflow-wkfl_1', 'WorkflowCreated', {
    id: 'wkfl_1',
    isActive: isWorkflowOn,
    at: iso(beginMs),
  });

  return {
    revise: (atMs: number, to: Times) =>
      fact('trigger-wtrg_1', 'TriggerRevised', { definition: definitionOf(to), at: iso(atMs) }),
    remove: (atMs: number) => fact('trigger-wtrg_1', 'TriggerDeleted', { at: iso(atMs) }),
    switchWorkflow: (atMs: number, isOn: boolean) =>
      fact('workflow-wkfl_1', isOn ? 'WorkflowActivated' : 'WorkflowDeactivated', { at: iso(atMs) }),
    begin: (runId: string) => fact(`run-${runId}`, 'RunRequested', { triggerId: 'wtrg_1' }),
    end: (runId: string) => fact(`run-${runId}`, 'RunSucceeded', { at: iso(0) }),
    /** What is decided at a time, as the ledger has it. */
    at: (nowMs: number): readonly string[] => {
      const decided: SlotEvent[] = [];
      for (const trigger of triggers.due(nowMs, 100)) {
        const events = decideSlots(trigger, nowMs, triggers.open);
        const forgotten = events.length > 0 ? forgetSlots(trigger, linesKept, nowMs) : undefined;
        for (const event of forgotten ? [...events, forgotten] : events) triggers.take(log.append(event));
        decided.push(...events.filter(isSlotEvent));
        triggers.again(trigger.id);
      }
      ledger.push(...decided);
      return decided.map(shown);
    },
    ledger,
    triggers: () => triggers,
    /** As the subscription brings what the scheduler has written itself. */
    bringLedger: () => log.ofLedger().forEach(triggers.take),
    trigger: () => triggers.get('wtrg_1'),
    pending: () => [...triggers.pending()].map(({ run }) => run),
    lines: () => log.ofLedger().length,
    /** As after a restart without a snapshot: what was forgotten is not read again. */
    readAgain: () => {
      triggers = createTimedTriggers();
      log.all().forEach(triggers.take);
    },
    /** As after a restart from a snapshot. */
    restart: () => {
      const then = stored(triggers.snapshot());
      triggers = createTimedTriggers();
      triggers.restore(then);
    },
  };
};

/** Through JSON, as it is stored. */
const stored = (then: TriggersThen) =>
  // oxlint-disable-next-line typescript/consistent-type-assertions -- it was one before it became JSON
  JSON.parse(JSON.stringify(then)) as TriggersThen;

/** `fired 09:00`, `missed 09:00..12:00 (4)`. */
const shown = ({ type, data }: SlotEvent): string => {
  const time = ({ dueAt }: Readonly<{ dueAt: string }>) => dueAt.slice(11, 16);
  if (type === 'OccurrenceSkipped') {
    const { why, first, last, count, isMore } = data;
    return `${why} ${time(first)}..${time(last)} (${count}${isMore ? '+' : ''})`;
  }
  const kind = type === 'OccurrenceFired' ? data.kind : type.replace('Occurrence', '').toLowerCase();
  return `${kind} ${time(data.slot)}`;
};
