import type { JsonObject } from '../json.ts';
import type { RuleAction } from './action.ts';
import type { Condition } from './condition.ts';

/** A shipping rule as its author wrote it. */
export type RuleDefinition = Readonly<{
  name: string;
  description: string | null;
  /** The higher number comes first. */
  priority: number;
  /** The contract's flat form: whatever is said has to hold. Null or empty: always. */
  conditions: JsonObject | null;
  /** The contract's flat form: select_service, block_service. */
  actions: JsonObject | null;
  conditionsExtensions: JsonObject | null;
  actionsExtensions: JsonObject | null;
  /** A nested condition, which has to hold as well as the flat ones. */
  condition: JsonObject | null;
  /** What the rule does besides the flat actions. */
  furtherActions: readonly JsonObject[];
  metadata: JsonObject;
  templateSlug: string | null;
}>;

/** A definition in its one form: whichever way it was written, equal rules are equal here. */
export type NormalRule = Readonly<{
  id: string;
  name: string;
  priority: number;
  condition: Condition;
  actions: readonly RuleAction[];
}>;

/** In the order of evaluation. */
export type RuleSet = Readonly<{ rules: readonly NormalRule[] }>;

/** A rule of an organisation, in whatever order. `createdAt` is an ISO instant. */
export type LiveRule = Readonly<{
  id: string;
  createdAt: string;
  isActive: boolean;
  definition: RuleDefinition;
}>;
