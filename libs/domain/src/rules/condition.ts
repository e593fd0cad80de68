import type { Json } from '../json.ts';
import type { FieldName } from './field-name.ts';

export const operators = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'between',
  'contains',
  'starts_with',
  'matches',
  'exists',
] as const;
export type Operator = (typeof operators)[number];

export const quantifiers = ['any', 'all', 'none'] as const;
export type Quantifier = (typeof quantifiers)[number];

/** One comparison of one fact. What a `rate.` field says is asked of each rate by itself. */
export type FieldTest = Readonly<{
  field: FieldName;
  operator: Operator;
  /** A list for in and not_in, a pair for between; absent for exists (which may be asked with false). */
  value?: Json;
  /** Of a weight, length or volume. */
  unit?: string;
  /** Of an amount of money. Without one, the number is meant in whatever currency the fact has. */
  currency?: string;
  /** Where to look in metadata, options and the like: a key for each level. */
  path?: readonly string[];
}>;

/**
 * When a rule applies. A comparison is true, false, or unknown where the fact is not given; `not` of unknown is
 * unknown, and a rule applies only where its condition is true.
 */
export type Condition =
  | Readonly<{ all: readonly Condition[] }>
  | Readonly<{ any: readonly Condition[] }>
  | Readonly<{ not: Condition }>
  /** Of the candidate rates together: a question about the shipment, unlike a bare `rate.` field. */
  | Readonly<{ rates: Quantifier; where: Condition }>
  | Readonly<{ parcels: Quantifier; where: Condition }>
  | Readonly<{ items: Quantifier; where: Condition }>
  | FieldTest;

/** True, false, or not known because a fact is missing: the logic of Kleene. */
export type Truth = boolean | undefined;
