import type { IncomingEvent } from '@karrio/contracts';
import { matchesType, type EventPolicy, type Json, type JsonObject } from '@karrio/domain';
import { compileTemplate, parseVerdict, renderText } from '@karrio/templates';
import type { OrgCatalog, TriggerEntry } from '../catalog/catalog.ts';

/** A trigger that listens to events of a type. */
export type Listener = Readonly<{
  triggerId: string;
  workflowId: string;
  policy: EventPolicy;
  /** What it starts are test runs. */
  testMode: boolean;
}>;

/** What listens to events of a type, among triggers and workflows that are switched on. */
export const listenersTo = (catalog: OrgCatalog, type: string): readonly Listener[] =>
  allListeners(catalog).filter(({ policy }) => policy.types.some((pattern) => matchesType(pattern, type)));

/** Of an organisation as it is; kept until a definition of it changes, since most triggers listen to nothing. */
const known = new WeakMap<OrgCatalog, Readonly<{ version: number; listeners: readonly Listener[] }>>();

const allListeners = (catalog: OrgCatalog): readonly Listener[] => {
  const version = catalog.version();
  const kept = known.get(catalog);
  if (kept?.version === version) return kept.listeners;
  const listeners = [...catalog.triggers()].flatMap((entry) => listenerOf(catalog, entry) ?? []);
  known.set(catalog, { version, listeners });
  return listeners;
};

const listenerOf = (catalog: OrgCatalog, { id, state }: TriggerEntry): Listener | undefined => {
  if (state.status !== 'live' || !state.definition.isActive) return undefined;
  const { workflowId, definition } = state;
  const policy = definition.triggerType === 'event' ? definition.event : null;
  const workflow = catalog.workflow(workflowId)?.state;
  const isOn = workflow?.status === 'live' && workflow.isActive;
  return policy && isOn ? { triggerId: id, workflowId, policy, testMode: definition.testMode } : undefined;
};

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
