import type { Place } from './problem.ts';

/** An empty comment: it renders nothing and splits `}}}` in two. */
const separator = '{{!}}';

/** A source that Handlebars can read, and where its places lie in the source as written. */
export type Separated = Readonly<{ text: string; placeInSource: (place: Place) => Place }>;

/**
 * Handlebars reads `}}}` as the end of `{{{raw}}}` only, so `{"id": {{id}}}` would be an error in the very place
 * where JSON has a brace next to an expression. Sets the expression and the brace apart.
 */
export const separateBraces = (source: string): Separated => {
  const ends = endsBeforeBrace(source);
  if (ends.length === 0) return { text: source, placeInSource: (place) => place };
  let text = '';
  let from = 0;
  const inserted: Place[] = [];
  for (const end of ends) {
    text += source.slice(from, end);
    const lineStart = text.lastIndexOf('\n') + 1;
    inserted.push({ line: lineOf(source, end), column: text.length - lineStart + 1 });
    text += separator;
    from = end;
  }
  text += source.slice(from);
  const placeInSource = ({ line, column }: Place): Place => {
    const before = inserted.filter((place) => place.line === line && place.column < column).length;
    return { line, column: column - before * separator.length };
  };
  return { text, placeInSource };
};

const lineOf = (source: string, end: number) => source.slice(0, end).split('\n').length;

/** The offsets right after an expression's `}}` where a `}` follows. */
const endsBeforeBrace = (source: string): readonly number[] => {
  const ends: number[] = [];
  for (let from = source.indexOf('{{'); from >= 0;) {
    const end = isEscaped(source, from) ? from + 2 : endOf(source, from);
    if (end === undefined) break;
    if (source.startsWith('}}', end - 2) && source[end] === '}' && source[from + 2] !== '{') ends.push(end);
    from = source.indexOf('{{', end);
  }
  return ends;
};

/** Handlebars takes `\{{` as text and `\\{{` as a backslash and an expression. */
const isEscaped = (source: string, open: number) => source[open - 1] === '\\' && source[open - 2] !== '\\';

/** An expression up to its end; quoted texts and `[names]` may hold braces. */
const expression = /\{\{~?[#^/&>*]*(?:"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|\[[^\]]*\]|[^"'[}]|\}(?!\}))*\}\}/y;
const comment = /\{\{~?!(?:--[^]*?--~?\}\}|[^]*?\}\})/y;
const raw = /\{\{~?\{+[^]*?\}\}\}+/y;

const endOf = (source: string, open: number): number | undefined => {
  for (const pattern of [comment, raw, expression]) {
    pattern.lastIndex = open;
    if (pattern.test(source)) return pattern.lastIndex;
  }
  return undefined;
};
