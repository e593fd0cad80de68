import type { TemplateEngine } from './template-engine.ts';

/** Which events an event trigger listens to. */
export type EventPolicy = Readonly<{
  /** Patterns of types, such as `order.created`, `order.*` and `shipment.>`: one of them matches. */
  types: readonly string[];
  /** A template over the event as `parameters` that renders true or false; null: every event passes. */
  filter: string | null;
  templateEngine: TemplateEngine;
}>;
