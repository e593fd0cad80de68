const pageSize = 2 ** 16;

/** A block has 2, 4, 8 … slots: 2 to the power of its size class. */
export type Block = Readonly<{ page: number; offset: number }>;

/** Memory for numbers in blocks that are used again. A block larger than a page has a page of its own. */
export type Arena = Readonly<{
  allocate: (sizeClass: number) => Block;
  release: (sizeClass: number, block: Block) => void;
  page: (page: number) => Uint32Array;
}>;

const nothing = new Uint32Array(0);

export const createArena = (): Arena => {
  const pages: Uint32Array[] = [];
  const free: Block[][] = [];
  let fillPage = -1;
  let fillOffset = pageSize;

  const allocate = (sizeClass: number): Block => {
    const reused = free[sizeClass]?.pop();
    if (reused) return reused;
    const size = 2 ** sizeClass;
    if (size >= pageSize) return { page: pages.push(new Uint32Array(size)) - 1, offset: 0 };
    if (fillOffset + size > pageSize) {
      fillPage = pages.push(new Uint32Array(pageSize)) - 1;
      fillOffset = 0;
    }
    fillOffset += size;
    return { page: fillPage, offset: fillOffset - size };
  };

  const release = (sizeClass: number, block: Block) => {
    if (2 ** sizeClass < pageSize) (free[sizeClass] ??= []).push(block);
    else pages[block.page] = nothing;
  };

  return { allocate, release, page: (page) => pages[page] ?? nothing };
};
