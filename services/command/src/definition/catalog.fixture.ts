import type { Recorded } from '@karrio/event-store-client';
import { createCatalog } from '../catalog/catalog.ts';
import type { Outline } from './change.ts';

export const at = '2026-11-22T09:00:00.000Z';
export const issue = { commandId: 'cmd_1', org: 'org_1', at, testMode: false };

export const recorded = (type: string, stream: string, revision: number, data: object): Recorded => ({
  type,
  data,
  id: `${stream}-${revision}`,
  stream,
  revision,
  position: BigInt(revision),
  recordedAt: at,
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'cmd_0', schema: 1 },
});

export const catalogOf = (...events: readonly Recorded[]) => {
  const catalog = createCatalog();
  events.forEach(catalog.apply);
  return catalog.of('org_1');
};

/** What it refuses, or what kinds of streams it changes. */
export const fieldsOf = (outline: Outline) =>
  'refused' in outline ? outline.refused.map(({ field }) => field) : outline.changes.map(({ kind }) => kind);

export const commandsOf = (outline: Outline) => {
  if ('refused' in outline) throw new Error(JSON.stringify(outline));
  return outline.changes.map(({ command }) => command);
};
