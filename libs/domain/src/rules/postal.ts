/** Whether a folded code is one of those that are meant. */
export type PostalTest = (folded: string) => boolean;

/**
 * A postal code, a prefix (`902*`) or a range, which includes both ends (`90001-90210`, `K1A..K2B`).
 * Spaces, hyphens and case do not count. A range compares as many characters as its ends have.
 */
export type PostalPattern = { readonly code: string } | { readonly test: PostalTest };

/** As codes are compared. */
export const foldPostal = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '');

/** Undefined where the text is none of these. */
export const postalPattern = (text: string): PostalPattern | undefined => {
  const written = text.trim();
  if (written.endsWith('*')) return prefixPattern(foldPostal(written.slice(0, -1)));
  const range = rangeOf(written);
  if (range) return rangePattern(range.low, range.high);
  const code = foldPostal(written);
  return isCode(code) ? { code } : undefined;
};

/** One of them: codes are looked up, so that a long list costs no more than a short one. */
export const anyPostal = (patterns: readonly PostalPattern[]): PostalTest => {
  const codes = new Set(patterns.flatMap((pattern) => ('code' in pattern ? [pattern.code] : [])));
  const tests = patterns.flatMap((pattern) => ('test' in pattern ? [pattern.test] : []));
  return (folded) =>
    codes.has(folded) ||
    (isZipPlusFour(folded) && codes.has(folded.slice(0, 5))) ||
    tests.some((test) => test(folded));
};

const isCode = (folded: string): boolean => /^[A-Z0-9]{2,12}$/.test(folded);

const prefixPattern = (prefix: string): PostalPattern | undefined =>
  /^[A-Z0-9]{1,12}$/.test(prefix) ? { test: (folded) => folded.startsWith(prefix) } : undefined;

/** A hyphen makes a range only of codes of equal length: 100-0001 is a code in Japan, 90210-1234 one in the US. */
const rangeOf = (written: string): Readonly<{ low: string; high: string }> | undefined => {
  const [low = '', high, more] = written.includes('..') ? written.split('..') : written.split('-');
  if (high === undefined || more !== undefined) return undefined;
  const ends = { low: foldPostal(low), high: foldPostal(high) };
  return written.includes('..') || ends.low.length === ends.high.length ? ends : undefined;
};

const rangePattern = (low: string, high: string): PostalPattern | undefined => {
  if (!isCode(low) || !isCode(high) || low.length !== high.length || low > high) return undefined;
  return {
    test: (folded) => {
      const compared = folded.slice(0, low.length);
      return compared.length === low.length && low <= compared && compared <= high;
    },
  };
};

/** 90210 also means 90210-1234; no country but the United States has codes of nine digits. */
const isZipPlusFour = (folded: string): boolean => /^\d{9}$/.test(folded);

export const postalRemedy =
  'a postal code (90210), a prefix (902*) or a range of codes of equal length (90001-90210 or K1A..K2B)';
