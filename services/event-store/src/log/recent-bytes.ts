/**
 * The last bytes of the log in memory, and the room where the next group is put together: what followers read is
 * the memory that was written, never copied.
 */
export type RecentBytes = Readonly<{
  /** Room for `size` bytes of the group at `position`, of which `used` are there already; may move them. */
  reserve: (position: number, used: number, size: number) => FrameAt;
  /** The group is durable. */
  keep: (position: number, length: number) => void;
  find: (position: number) => FrameAt | undefined;
}>;

/** Something in memory, and where it begins there. */
export type FrameAt = Readonly<{ bytes: Buffer; start: number }>;

type Chunk = Readonly<{ position: number; bytes: Buffer }> & { used: number };

/** One allocation for some 1,500 events; a buffer per group kept the garbage collector at a tenth of the CPU. */
const chunkBytes = 1024 * 1024;

export const createRecentBytes = (bytesMax: number): RecentBytes => {
  const chunks: Chunk[] = [];
  let held = 0;

  const addChunk = (position: number, size: number) => {
    const chunk: Chunk = { position, bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, size)), used: 0 };
    chunks.push(chunk);
    held += chunk.bytes.length;
    while (held > bytesMax && chunks.length > 2) held -= chunks.shift()?.bytes.length ?? 0;
    return chunk;
  };

  const reserve = (position: number, used: number, size: number): FrameAt => {
    const chunk = chunks.at(-1);
    const start = chunk && position - chunk.position;
    if (chunk && start === chunk.used && start + used + size <= chunk.bytes.length) {
      return { bytes: chunk.bytes, start };
    }
    // Twice what is needed: a large group moves a few times, not once per event.
    const larger = addChunk(position, 2 * (used + size));
    // A group that has no bytes yet may begin behind the chunk: the header of a segment lies between.
    if (used > 0 && chunk && start !== undefined) chunk.bytes.copy(larger.bytes, 0, start, start + used);
    return { bytes: larger.bytes, start: 0 };
  };

  const keep = (position: number, length: number) => {
    const chunk = chunks.at(-1);
    if (chunk) chunk.used = position - chunk.position + length;
  };

  const find = (position: number): FrameAt | undefined => {
    let low = 0;
    let high = chunks.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const chunk = chunks[middle];
      if (!chunk) return undefined;
      if (position < chunk.position) high = middle - 1;
      else if (position >= chunk.position + chunk.used) low = middle + 1;
      else return { bytes: chunk.bytes, start: position - chunk.position };
    }
    return undefined;
  };

  return { reserve, keep, find };
};
