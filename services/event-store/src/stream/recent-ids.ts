/** Where recently written events are, by id; holds between one and two times `generationMax` of them. */
export type RecentIds = Readonly<{
  add: (id: string, ordinal: number) => void;
  find: (id: string) => number | undefined;
}>;

/** Two generations of maps: to forget the older half costs nothing, to forget one by one costs a walk each. */
export const createRecentIds = (generationMax: number): RecentIds => {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  const add = (id: string, ordinal: number) => {
    if (young.size >= generationMax) {
      old = young;
      young = new Map();
    }
    young.set(id, ordinal);
  };
  return { add, find: (id) => young.get(id) ?? old.get(id) };
};
