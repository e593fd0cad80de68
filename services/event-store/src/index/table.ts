const pageBits = 14;
const pageSize = 2 ** pageBits;

/** A number per key, for keys from 0 on; 0 where none was set. In pages, so that growing never copies. */
export type Table = Readonly<{ get: (key: number) => number; set: (key: number, value: number) => void }>;

export const createTable = (): Table => {
  const pages: Uint32Array[] = [];
  const set = (key: number, value: number) => {
    while (key >>> pageBits >= pages.length) pages.push(new Uint32Array(pageSize));
    const page = pages[key >>> pageBits];
    if (page) page[key & (pageSize - 1)] = value;
  };
  return { get: (key) => pages[key >>> pageBits]?.[key & (pageSize - 1)] ?? 0, set };
};
