/** Gives each distinct text a small number. */
export type Names = Readonly<{
  idOf: (name: string) => number;
  find: (name: string) => number | undefined;
  nameOf: (id: number) => string;
  size: () => number;
}>;

export const createNames = (): Names => {
  const ids = new Map<string, number>();
  const names: string[] = [];
  const idOf = (name: string) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = names.push(name) - 1;
    ids.set(name, id);
    return id;
  };
  const nameOf = (id: number) => names[id] ?? '';
  return { idOf, find: (name) => ids.get(name), nameOf, size: () => names.length };
};
