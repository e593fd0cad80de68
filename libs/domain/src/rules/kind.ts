import type { Json } from '../json.ts';
import type { FieldTest, Operator, Truth } from './condition.ts';
import type { Scene } from './view.ts';

/** Whether a value, which is there, is as the test wants it. */
export type Holds<T> = (value: T, scene: Scene) => Truth;

/** What is wrong with a test: in which of its members, and what to write instead. */
export type Problem = Readonly<{ at: 'operator' | 'value' | 'unit' | 'currency' | 'path'; message: string }>;

export type Compiled<T> = { readonly holds: Holds<T> } | { readonly problem: Problem };

/** What sort of value a field has: how it may be compared. `exists` is possible for all, and not among these. */
export type Kind<T> = Readonly<{
  operators: readonly Operator[];
  /** The members which a test of this kind may have besides field, operator and value. */
  members: readonly ('unit' | 'currency' | 'path')[];
  compile: (test: FieldTest) => Compiled<T>;
}>;

export const problem = (at: Problem['at'], message: string): { readonly problem: Problem } => ({
  problem: { at, message },
});

export const valuesMax = 2_000;

/** Each value of a list as `read` has it, or what is wrong. */
export const readList = <T>(
  value: Json | undefined,
  read: (one: Json) => T | undefined,
  remedy: string,
): { readonly list: readonly T[] } | { readonly problem: Problem } => {
  if (!isList(value) || value.length === 0) return problem('value', `must be a list, each ${remedy}`);
  if (value.length > valuesMax) return problem('value', `can be a list of ${valuesMax} at most`);
  const list: T[] = [];
  for (const [position, one] of value.entries()) {
    const known = read(one);
    if (known === undefined)
      return problem('value', `must be a list, each ${remedy}: number ${position + 1} is not`);
    list.push(known);
  }
  return { list };
};

export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);

export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
