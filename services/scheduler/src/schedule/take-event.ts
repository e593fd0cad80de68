import { parseStream } from '@karrio/contracts';
import {
  isOccurrenceEvent,
  isRunEvent,
  isTriggerEvent,
  isWorkflowEvent,
  type RunEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { beginTrigger, definitionIn, recordedIn, redefined, switched } from './timed-trigger.ts';
import type { TriggerTable } from './trigger-table.ts';

export type Owner = Readonly<{ org: string; workflowId: string }>;

export type Known = Readonly<{
  table: TriggerTable;
  /** Triggers without times, which may get some. */
  untimed: Map<string, Owner>;
  /** The ids of the workflows that are on. */
  active: Set<string>;
}>;

/** What an event of the log changes about the scheduled triggers. */
export const takeEvent = (known: Known, event: Recorded): void => {
  const stream = parseStream(event.stream);
  switch (stream?.kind) {
    case 'trigger':
      return takeTrigger(known, stream.id, event);
    case 'workflow':
      return takeWorkflow(known, stream.id, event);
    case 'run':
      if (isRunEvent(event)) takeRun(known, stream.id, event);
      return;
    case 'schedule': {
      const trigger = known.table.get(stream.id);
      if (trigger && isOccurrenceEvent(event)) known.table.set(recordedIn(trigger, event));
      return;
    }
    default:
  }
};

const takeTrigger = ({ table, untimed, active }: Known, id: string, event: Recorded): void => {
  if (!isTriggerEvent(event)) return;
  const known = table.get(id);
  const owner = ownerIn(event) ?? known ?? untimed.get(id);
  if (!owner) return;
  const { org, workflowId } = owner;
  const definition = definitionIn(event);
  untimed.delete(id);
  if (definition?.triggerType !== 'scheduled') {
    if (definition) untimed.set(id, { org, workflowId });
    if (known) table.set({ ...known, phases: [] });
    return;
  }
  const isOn = active.has(workflowId);
  const { at } = event.data;
  table.set(
    known
      ? redefined(known, definition, at, isOn)
      : beginTrigger({ id, org, workflowId }, definition, at, isOn),
  );
};

const ownerIn = (event: Recorded): Owner | undefined =>
  isTriggerEvent(event) && event.type === 'TriggerCreated'
    ? { org: event.metadata.org, workflowId: event.data.workflowId }
    : undefined;

const takeWorkflow = ({ table, active }: Known, id: string, event: Recorded): void => {
  if (!isWorkflowEvent(event) || event.type === 'WorkflowRevised') return;
  const { type, data } = event;
  const isOn = type === 'WorkflowActivated' || (type === 'WorkflowCreated' && data.isActive);
  if (isOn) active.add(id);
  else active.delete(id);
  for (const trigger of table.ofWorkflow(id)) table.set(switched(trigger, isOn, data.at));
};

/** Of the runs of a trigger those are known that are open, also where a person started them. */
const takeRun = ({ table }: Known, runId: string, { type, data }: Recorded<RunEvent>): void => {
  const isBegin = type === 'RunRequested';
  const trigger = isBegin ? table.get(data.triggerId) : table.ofOpenRun(runId);
  if (!trigger) return;
  const pending = trigger.pending.filter((each) => each.runId !== runId);
  const others = trigger.openRuns.filter((each) => each !== runId);
  table.set({ ...trigger, pending, openRuns: isBegin ? [...others, runId] : others });
};
