/** Messages on their way to one reader, put together in one piece of memory. */
export type Page = Readonly<{
  /** Takes over nothing: the bytes from `start` to `end` are copied when the page is taken. */
  add: (bytes: Buffer, start: number, end: number) => void;
  isFull: () => boolean;
  isEmpty: () => boolean;
  /** The messages so far; the page is empty afterwards. */
  take: () => Buffer;
}>;

/** Four DATA frames; larger pages make no read cheaper and make slow readers hold more memory. */
const pageBytesMax = 64 * 1024;

export const createPage = (): Page => {
  const sources: Buffer[] = [];
  const bounds: number[] = [];
  let size = 0;

  const add = (bytes: Buffer, start: number, end: number) => {
    sources.push(bytes);
    bounds.push(start, end);
    size += end - start;
  };

  const take = () => {
    const page = Buffer.allocUnsafe(size);
    let at = 0;
    for (const [index, source] of sources.entries()) {
      at += source.copy(page, at, bounds[index * 2], bounds[index * 2 + 1]);
    }
    sources.length = 0;
    bounds.length = 0;
    size = 0;
    return page;
  };

  return { add, take, isFull: () => size >= pageBytesMax, isEmpty: () => size === 0 };
};
