/** Room to put a rule between two others without touching them. */
const step = 10;

/** The priorities that put rules in this order: the higher number is asked first. */
export const placesOf = (ids: readonly string[]): readonly Readonly<{ id: string; priority: number }>[] =>
  ids.map((id, index) => ({ id, priority: (ids.length - index) * step }));
