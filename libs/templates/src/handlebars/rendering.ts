import type { Rendering as SharedRendering } from '../rendering.ts';
import type { Value } from '../value.ts';

/** What `each`, `with` and sections open: a value to look names up in. */
export type Scope = Readonly<{
  value: Value;
  parent: Scope | undefined;
  /** The values of the names in `as |name …|`. */
  params: readonly Value[];
  /** Where a loop stands; undefined in a scope that no loop opened. */
  loop: Readonly<{ index: number; key: string | number; last: boolean }> | undefined;
}>;

export type Rendering = SharedRendering & { scope: Scope };

export type Expression = (rendering: Rendering) => Value;
export type Step = (rendering: Rendering) => void;
