/** The waiting runs of one workflow, first in, first out. Of these the first `held()` are messages in hand. */
export type Line<T> = Readonly<{
  length: () => number;
  held: () => number;
  push: (item: T, isHeld: boolean) => void;
  shift: () => T | undefined;
  /** The latest that is held; it keeps its place and is not held any more. */
  letGo: () => T | undefined;
}>;

export const createLine = <T>(): Line<T> => {
  let items: T[] = [];
  let head = 0;
  let held = 0;
  return {
    length: () => items.length - head,
    held: () => held,
    push: (item, isHeld) => {
      items.push(item);
      if (isHeld) held++;
    },
    shift: () => {
      const item = items[head];
      if (item === undefined) return undefined;
      head++;
      held = Math.max(0, held - 1);
      // `Array.shift` moves all of a long array each time; this moves each item once on average.
      if (head > 32 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    letGo: () => {
      if (held === 0) return undefined;
      held--;
      return items[head + held];
    },
  };
};
