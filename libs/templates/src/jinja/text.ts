import { asText, type Value } from '../value.ts';

/** Code points: an emoji is one. */
export const charactersOf = (text: string): readonly string[] => Array.from(text);

export const capitalized = (text: string): string =>
  text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();

export const titled = (text: string): string =>
  text
    .toLowerCase()
    .replace(
      /(^|[^\p{L}\p{N}'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    );

/** More characters than anyone strips; they are looked at for every call. */
const strippedCharsMax = 100;

/** Without the characters at the ends, or without blanks where none are given. */
export const stripped = (text: string, chars: Value, ends: 'both' | 'start' | 'end'): string => {
  const given =
    chars === undefined || chars === null ? undefined : new Set(asText(chars).slice(0, strippedCharsMax));
  const isStripped = (char = ' ') => (given ? given.has(char) : char.trim() === '');
  let [from, to] = [0, text.length];
  while (ends !== 'end' && from < to && isStripped(text[from])) from++;
  while (ends !== 'start' && to > from && isStripped(text[to - 1])) to--;
  return text.slice(from, to);
};
