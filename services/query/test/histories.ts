import { newId, streams } from '@karrio/contracts';
import type { Event, OccurrenceEvent, PauseEvent } from '@karrio/domain';
import { anAuditLog, anOrganizationHistory, aUserHistory } from './access-events.ts';
import { aDecisionHistory } from './decision-events.ts';
import {
  aConnectionHistory,
  aMetafieldHistory,
  anActionHistory,
  aRuleHistory,
  aTriggerHistory,
  aWorkflowHistory,
} from './definition-events.ts';
import { orgId, time } from './log.ts';
import { aFailedRun, aHeldRun, aRunOfUnknownOutcome, aSuccessfulRun, runStream } from './run-events.ts';

const aSlot = (n: number) => ({ name: `slot ${n}`, dueAt: time(n) });

export const aPauseHistory: readonly PauseEvent[] = [
  { type: 'RunsPaused', data: { scope: 'workflow', reason: 'Rates are wrong', at: time(1) } },
  { type: 'RunsResumed', data: { scope: 'workflow', at: time(2) } },
  { type: 'RunsPaused', data: { scope: 'workflow', reason: null, at: time(3) } },
];

/** A slot that ran, one that waited for it and was refused, and slots that were skipped. */
const aScheduleHistory: readonly OccurrenceEvent[] = [
  {
    type: 'OccurrenceFired',
    data: { workflowId: 'wkfl_1', slot: aSlot(1), runId: 'wevt_1', kind: 'on-time', at: time(1) },
  },
  { type: 'OccurrenceQueued', data: { workflowId: 'wkfl_1', slot: aSlot(2), at: time(2) } },
  {
    type: 'OccurrenceFired',
    data: { workflowId: 'wkfl_1', slot: aSlot(2), runId: 'wevt_2', kind: 'queued', at: time(3) },
  },
  {
    type: 'OccurrenceRefused',
    data: {
      workflowId: 'wkfl_1',
      slot: aSlot(2),
      runId: 'wevt_2',
      code: 'inactive',
      message: 'Off',
      at: time(4),
    },
  },
  {
    type: 'OccurrenceSkipped',
    data: { workflowId: 'wkfl_1', first: aSlot(5), last: aSlot(9), count: 5, why: 'paused', at: time(9) },
  },
  {
    type: 'OccurrenceCaughtUp',
    data: { workflowId: 'wkfl_1', slot: aSlot(10), runId: 'wevt_3', at: time(11) },
  },
];

/** A new stream of each kind, and a history for it. */
export const histories = {
  held: () => ({ stream: runStream(), events: aHeldRun() }),
  success: () => ({ stream: runStream(), events: aSuccessfulRun() }),
  failed: () => ({ stream: runStream(), events: aFailedRun() }),
  unknown: () => ({ stream: runStream(), events: aRunOfUnknownOutcome() }),
  workflow: () => ofDefinition('workflow', aWorkflowHistory),
  action: () => ofDefinition('action', anActionHistory),
  connection: () => ofDefinition('connection', aConnectionHistory),
  metafield: () => ofDefinition('metafield', aMetafieldHistory),
  pause: () => ({ stream: streams.pause(newId('workflow')), events: aPauseHistory }),
  rule: () => ofDefinition('rule', aRuleHistory),
  trigger: () => ofDefinition('trigger', aTriggerHistory),
  schedule: () => ({ stream: streams.schedule(newId('trigger')), events: aScheduleHistory }),
  organization: () => ofDefinition('organization', anOrganizationHistory),
  user: () => ofDefinition('user', aUserHistory),
  decision: () => ofDefinition('decision', aDecisionHistory),
  audit: () => ({ stream: streams.audit(orgId), events: anAuditLog() }),
} as const;

const ofDefinition = (
  kind:
    | 'workflow'
    | 'action'
    | 'connection'
    | 'metafield'
    | 'trigger'
    | 'rule'
    | 'decision'
    | 'organization'
    | 'user',
  history: (id: string) => readonly Event[],
) => {
  const id = newId(kind);
  return { stream: streams[kind](id), events: history(id) };
};
