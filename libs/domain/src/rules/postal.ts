/**
 * A postal code, a prefix (`902*`) or a range, which includes both ends (`90001-90210`, `K1A..K2B`).
 * Spaces, hyphens and case do not count. A range compares as many characters as its ends have.
 */
export type PostalPattern = (code: string) => boolean;

/** As codes are compared. */
export const foldPostal = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '');

/** Undefined where the text is none of these. */
export const postalPattern = (text: string): PostalPattern | undefined => {
  const written = text.trim();
  if (written.endsWith('*')) return prefixPattern(foldPostal(written.slice(0, -1)));
  const range = rangeOf(written);
  if (range) return rangePattern(range.low, range.high);
  const code = foldPostal(written);
  return isCode(code) ? (given) => given === code || isZipPlusFourOf(given, code) : undefined;
};

const isCode = (folded: string): boolean => /^[A-Z0-9]{2,12}$/.test(folded);

const prefixPattern = (prefix: string): PostalPattern | undefined =>
  /^[A-Z0-9]{1,12}$/.test(prefix) ? (given) => given.startsWith(prefix) : undefined;

/** A hyphen makes a range only of codes of equal length: 100-0001 is a code in Japan, 90210-1234 one in the US. */
const rangeOf = (written: string): Readonly<{ low: string; high: string }> | undefined => {
  const [low = '', high, more] = written.includes('..') ? written.split('..') : written.split('-');
  if (high === undefined || more !== undefined) return undefined;
  const ends = { low: foldPostal(low), high: foldPostal(high) };
  return written.includes('..') || ends.low.length === ends.high.length ? ends : undefined;
};

const rangePattern = (low: string, high: string): PostalPattern | undefined =>
  isCode(low) && isCode(high) && low.length === high.length && low <= high
    ? (given) => {
        const compared = given.slice(0, low.length);
        return compared.length === low.length && low <= compared && compared <= high;
      }
    : undefined;

/** 90210 also means 90210-1234; no country but the United States has codes of nine digits. */
const isZipPlusFourOf = (given: string, code: string): boolean =>
  code.length === 5 && given.length === 9 && given.startsWith(code) && /^\d+$/.test(given);

export const postalRemedy =
  'a postal code (90210), a prefix (902*) or a range of codes of equal length (90001-90210 or K1A..K2B)';
