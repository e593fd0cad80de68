import type { Value } from '../../value.ts';
import type { JinjaValue, Rendering } from '../value.ts';

export type Named = ReadonlyMap<string, Value>;

/** A pure function of a value and its arguments. What takes time in proportion to them spends from the rendering. */
export type Filter = Readonly<{
  /** The names of its arguments in their order, as a call may name them. */
  params: readonly string[];
  /** How many of them a call must give. */
  required?: number;
  /** Takes any number of arguments; those that are named come in `named`. */
  isOpen?: boolean;
  /** Leaves alone what the template captured of itself, which is escaped where it comes to stand. */
  keepsCaptured?: boolean;
  call: (value: Value, args: readonly Value[], rendering: Rendering, named: Named) => JinjaValue;
}>;

export type Filters = Readonly<Record<string, Filter>>;
