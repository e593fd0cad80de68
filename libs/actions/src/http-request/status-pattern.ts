/** `404`, `2xx`, `200-204`. */
export const statusPattern = /^(?:[1-5]\d\d|[1-5]xx|[1-5]\d\d-[1-5]\d\d)$/i;

export const matchesStatus = (patterns: readonly string[], status: number): boolean =>
  patterns.some((pattern) => matches(pattern, status));

const matches = (pattern: string, status: number): boolean => {
  if (/xx$/i.test(pattern)) return Math.floor(status / 100) === Number(pattern[0]);
  const [from, to = from] = pattern.split('-').map(Number);
  return from !== undefined && to !== undefined && from <= status && status <= to;
};
