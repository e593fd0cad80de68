const depthMax = 40;

/**
 * What is too large about JSON that nobody has looked at yet. Level by level, so that no depth exhausts the stack,
 * and no further than the limit, so that saying no costs no more than saying yes.
 */
export const sizeProblem = (input: unknown, valuesMax: number): string | undefined => {
  let level: readonly unknown[] = [input];
  let total = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return `is nested deeper than ${depthMax} levels: flatten it`;
    total += level.length;
    if (total > valuesMax) return `has more than ${valuesMax} values: split it`;
    level = level.flatMap(valuesOf);
  }
  return undefined;
};

const valuesOf = (value: unknown): readonly unknown[] => {
  const values: readonly unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return values;
};
