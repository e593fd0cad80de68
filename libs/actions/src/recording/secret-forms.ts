/** Under this many characters a secret cannot be told from other text. */
export const secretCharsMin = 4;
/** Under this many it is taken for one only where it stands alone: `1234`, not `order-912345`. */
const anywhereCharsMin = 8;
/** Base64 under this many characters turns up by chance in the middle of files. */
const base64CharsMin = 8;

/** What to look for in a text, as sources of regular expressions with the flag u, the longest first. */
export const patternsOf = (secrets: readonly string[]): readonly string[] => {
  const found = new Map<string, number>();
  for (const secret of secrets.map((given) => given.toWellFormed().trim())) {
    if (secret.length < secretCharsMin) continue;
    found.set(writtenAnyhow(secret), secret.length);
    for (const part of base64Parts(secret)) found.set(part, part.length);
  }
  return [...found].sort(([, a], [, b]) => b - a).map(([source]) => source);
};

/** Each of its characters as it is, or in any of the ways to write it in JSON, an address, a form or XML. */
const writtenAnyhow = (secret: string): string => {
  const source = Array.from(secret, anyForm).join('');
  return secret.length < anywhereCharsMin ? `(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])` : source;
};

const anyForm = (character: string): string => {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const forms = [
    escaped(character),
    escaped(JSON.stringify(character).slice(1, -1)),
    ...(character === '/' ? ['\\\\\\/'] : []),
    ...(character === ' ' ? ['\\+'] : []),
    percentForm(character),
    unicodeForm(character),
    `&#${code};`,
    `&#[xX]0*${anyCase(code.toString(16))};`,
    ...(named[character] ?? []),
  ];
  // The longest first: of an escaped backslash both go, or what is left would escape what follows.
  return `(?:${forms.sort((a, b) => b.length - a.length).join('|')})`;
};

const named: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
};

const percentForm = (character: string) =>
  [...Buffer.from(character)].map((byte) => `%${anyCase(hexOf(byte, 2))}`).join('');

/** As serializers write it that keep to ASCII. */
const unicodeForm = (character: string) =>
  Array.from(
    { length: character.length },
    (_, at) => `\\\\u${anyCase(hexOf(character.charCodeAt(at), 4))}`,
  ).join('');

const hexOf = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const anyCase = (hex: string) => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/**
 * Base64 of a text that holds the secret, as of `user:password`: at each of the three places where it may begin
 * in a group of three bytes, the characters that are of the secret alone.
 */
const base64Parts = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((shifted.length * 8) / 6);
    const part = shifted.toString('base64').slice(from, to);
    return part.length < base64CharsMin ? [] : [base64Pattern(part)];
  });
};

/** In either alphabet; what follows belongs to the same text, and begins with bits of the secret. */
const base64Pattern = (part: string) =>
  `${part.replaceAll('+', '(?:[+-]|%2[bB])').replaceAll('/', '(?:[/_]|\\\\\\/|%2[fF])')}[\\w+/-]{0,4}(?:=|%3[dD]){0,2}`;
