import type { JsonObject, PlannedAction } from '@karrio/domain';
import type { Access, TemplateContext } from './action-type.ts';

/** Everything that a template may say. Secrets are among it where a request is sent, and only there. */
export type RenderContext = TemplateContext & Readonly<{ metafields: JsonObject; connection: JsonObject }>;

/** What the action's own templates see: its notes over its workflow's, its fields, and its connection's. */
export const renderContext = (
  { metadata, metafields, connection }: PlannedAction,
  seen: TemplateContext,
  access?: Access,
): RenderContext => ({
  ...seen,
  metadata: { ...seen.metadata, ...metadata },
  metafields,
  connection: access?.context ?? connection?.metafields ?? {},
});
