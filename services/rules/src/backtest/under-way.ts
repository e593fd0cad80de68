/** How many backtests of each organisation this process has begun that are not over. */
export const createUnderWay = () => {
  const counts = new Map<string, number>();
  const add = (org: string, change: number) => {
    const count = (counts.get(org) ?? 0) + change;
    if (count === 0) counts.delete(org);
    else counts.set(org, count);
  };
  return {
    count: (org: string): number => counts.get(org) ?? 0,
    /** One more, until it is disposed. */
    begin: (org: string): Disposable => {
      add(org, 1);
      return { [Symbol.dispose]: () => add(org, -1) };
    },
  };
};
export type UnderWay = ReturnType<typeof createUnderWay>;
