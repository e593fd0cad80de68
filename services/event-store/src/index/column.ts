const pageBits = 16;
const pageSize = 2 ** pageBits;

/** A number per event in pages of 65,536, so that growing never copies and costs no spare memory. */
export type Column = Readonly<{
  push: (value: number) => void;
  at: (index: number) => number;
  size: () => number;
}>;

type Page = Float64Array | Uint32Array;

export const createColumn = (createPage: (length: number) => Page): Column => {
  const pages: Page[] = [];
  let size = 0;

  const push = (value: number) => {
    const slot = size & (pageSize - 1);
    if (slot === 0) pages.push(createPage(pageSize));
    const page = pages[size >>> pageBits];
    if (page) page[slot] = value;
    size++;
  };

  const at = (index: number) => {
    const value = index < size ? pages[index >>> pageBits]?.[index & (pageSize - 1)] : undefined;
    if (value === undefined) throw new RangeError(`there is no entry ${String(index)} of ${String(size)}`);
    return value;
  };

  return { push, at, size: () => size };
};
