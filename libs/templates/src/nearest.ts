/** The candidate that is a slip of the pen away from `name`, if one is. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  const distanceMax = Math.max(1, Math.floor(name.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > distanceMax) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= distanceMax && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate;
};

/** Insertions, deletions, replacements, and swaps of neighbours (Damerau, restricted). */
const editDistance = (a: string, b: string): number => {
  let older: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(older, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, at(previous, j) + 1, at(row, j - 1) + 1));
    }
    [older, previous] = [previous, row];
  }
  return at(previous, b.length);
};

const at = (row: readonly number[], index: number) => row[index] ?? Infinity;
