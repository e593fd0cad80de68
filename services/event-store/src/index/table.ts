/** A number per key, for keys from 0 on; 0 where none was set. */
export type Table = Readonly<{ get: (key: number) => number; set: (key: number, value: number) => void }>;

export const createTable = (): Table => {
  let values = new Uint32Array(1024);
  const set = (key: number, value: number) => {
    if (key >= values.length) {
      const larger = new Uint32Array(Math.max(key + 1, values.length * 2));
      larger.set(values);
      values = larger;
    }
    values[key] = value;
  };
  return { get: (key) => values[key] ?? 0, set };
};
