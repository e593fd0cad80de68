import type { IncomingEvent } from '@karrio/contracts';
import { matchesType, type EventPolicy, type Json, type JsonObject } from '@karrio/domain';
import { compileTemplate, parseVerdict, renderText } from '@karrio/templates';
import type { OrgCatalog, TriggerEntry } from '../catalog/catalog.ts';

/** A trigger that listens to events of a type. */
export type Listener = Readonly<{ triggerId: string; workflowId: string; policy: EventPolicy }>;

/** What listens to events of a type, among triggers and workflows that are switched on. */
export const listenersTo = (catalog: OrgCatalog, type: string): readonly Listener[] =>
  [...catalog.triggers()].flatMap(({ id, state }) => {
    const policy = listeningPolicy(state);
    if (state.status !== 'live' || !policy?.types.some((pattern) => matchesType(pattern, type))) return [];
    const { workflowId } = state;
    const workflow = catalog.workflow(workflowId)?.state;
    return workflow?.status === 'live' && workflow.isActive ? [{ triggerId: id, workflowId, policy }] : [];
  });

const listeningPolicy = (state: TriggerEntry['state']): EventPolicy | null =>
  state.status === 'live' && state.definition.triggerType === 'event' && state.definition.isActive
    ? state.definition.event
    : null;

/** The event as templates see it: as `parameters` of a filter, and of the runs that it starts. */
export const parametersOf = (event: IncomingEvent): JsonObject =>
  Object.fromEntries(
    Object.entries(event).flatMap(([name, value]): [string, Json][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** Whether a filter lets an event pass, or why it does not say so. Takes up to some 50 ms, whatever the filter. */
export const judge = (
  { filter, templateEngine }: EventPolicy,
  parameters: JsonObject,
): Readonly<{ passes: boolean }> | Readonly<{ problem: string }> => {
  if (filter === null) return { passes: true };
  const compiled = compileTemplate(filter, { engine: templateEngine, contentType: 'text' });
  if ('problem' in compiled) return { problem: compiled.problem.message };
  const rendering = renderText(compiled.template, { parameters });
  if ('problem' in rendering) return { problem: rendering.problem.message };
  const verdict = parseVerdict(rendering.value);
  return 'problem' in verdict ? verdict : { passes: verdict.verdict };
};
