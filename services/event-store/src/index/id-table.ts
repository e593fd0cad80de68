const shardBits = 8;
const slotsMin = 16;
const loadMax = 0.75;

/**
 * Ids by the hash of what they stand for, 6 to 11 bytes each. It grows in 256 parts, each for itself: with ten
 * million ids no growth holds up an append for more than some milliseconds.
 */
export type IdTable = Readonly<{
  find: (hash: number, isSought: (id: number) => boolean) => number | undefined;
  add: (hash: number, id: number) => void;
}>;

/** A slot holds an id plus one; 0 is free. */
type Shard = { slots: Uint32Array; used: number };

export const createIdTable = (hashOf: (id: number) => number): IdTable => {
  const shards = Array.from({ length: 2 ** shardBits }, (): Shard => ({
    slots: new Uint32Array(slotsMin),
    used: 0,
  }));
  const none: Shard = { slots: new Uint32Array(slotsMin), used: 0 };
  const shardOf = (hash: number) => shards[hash & (2 ** shardBits - 1)] ?? none;

  const find = (hash: number, isSought: (id: number) => boolean) => {
    const { slots } = shardOf(hash);
    const mask = slots.length - 1;
    for (let slot = hash >>> shardBits; ; slot++) {
      const held = slots[slot & mask] ?? 0;
      if (held === 0) return undefined;
      if (isSought(held - 1)) return held - 1;
    }
  };

  const add = (hash: number, id: number) => {
    const shard = shardOf(hash);
    shard.used++;
    if (shard.used > shard.slots.length * loadMax) grow(shard, hashOf);
    put(shard.slots, hash, id + 1);
  };

  return { find, add };
};

const grow = (shard: Shard, hashOf: (id: number) => number) => {
  const larger = new Uint32Array(shard.slots.length * 2);
  for (const held of shard.slots) if (held > 0) put(larger, hashOf(held - 1), held);
  shard.slots = larger;
};

const put = (slots: Uint32Array, hash: number, held: number) => {
  const mask = slots.length - 1;
  let slot = hash >>> shardBits;
  while (slots[slot & mask] !== 0) slot++;
  slots[slot & mask] = held;
};
