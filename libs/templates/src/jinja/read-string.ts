const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  "'": "'",
  '"': '"',
  '\\': '\\',
  '\n': '',
};

const hexEscape = /x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00[01][0-9a-fA-F]{5}/y;

/** A quoted text with Python's escapes; one that is unknown stands for itself. Undefined where it is not closed. */
export const readString = (
  source: string,
  open: number,
): Readonly<{ value: string; end: number }> | undefined => {
  const quote = source[open];
  let value = '';
  let at = open + 1;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === quote) return { value, end: at + 1 };
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    const [text, length] = escapeAt(source, at + 1);
    value += text;
    at += 1 + length;
  }
  return undefined;
};

const escapeAt = (source: string, at: number): readonly [text: string, length: number] => {
  hexEscape.lastIndex = at;
  const hex = hexEscape.exec(source)?.[0];
  if (hex !== undefined) {
    const point = Number.parseInt(hex.slice(1), 16);
    if (point <= 0x10_ff_ff) return [String.fromCodePoint(point), hex.length];
  }
  const char = source[at] ?? '';
  return [escapes[char] ?? `\\${char}`, 1];
};
