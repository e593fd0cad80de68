import { placeOf, TemplateFailure } from '../problem.ts';

/** An expression's extent in a source: `end` is after its closing braces. */
export type Span = Readonly<{ start: number; end: number }>;

/**
 * Every expression of a source, in one pass whatever the source.
 * @throws TemplateFailure where one is not closed, or is what Handlebars' parser takes for ever to read
 */
export const scanExpressions = function* (source: string): Generator<Span> {
  for (let start = source.indexOf('{{'); start >= 0;) {
    if (isEscaped(source, start)) {
      start = source.indexOf('{{', start + 2);
      continue;
    }
    if (source.startsWith('{{{{', start)) {
      fail(
        'Templates have no raw blocks ({{{{…}}}}); after the { of a document, leave a space before {{{.',
        source,
        start,
      );
    }
    const end = isComment(source, start) ? commentEnd(source, start) : expressionEnd(source, start);
    if (end < 0) fail('This {{ is not closed: a }} is missing.', source, start);
    yield { start, end };
    start = source.indexOf('{{', end);
  }
};

const fail = (message: string, source: string, offset: number): never => {
  throw new TemplateFailure(message, placeOf(source, offset));
};

/** Handlebars takes `\{{` as text and `\\{{` as a backslash and an expression. */
const isEscaped = (source: string, open: number) => source[open - 1] === '\\' && source[open - 2] !== '\\';

const isComment = (source: string, open: number) => source[open + (source[open + 2] === '~' ? 3 : 2)] === '!';

const commentEnd = (source: string, open: number): number => {
  const bang = source.indexOf('!', open);
  if (!source.startsWith('--', bang + 1)) return after(source.indexOf('}}', bang), 2);
  for (let dashes = source.indexOf('--', bang + 3); dashes >= 0; dashes = source.indexOf('--', dashes + 1)) {
    if (source.startsWith('}}', dashes + 2)) return dashes + 4;
    if (source.startsWith('~}}', dashes + 2)) return dashes + 5;
  }
  return -1;
};

const after = (index: number, length: number) => (index < 0 ? -1 : index + length);

const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']' };

/** The time that Handlebars' parser takes grows with the square of the depth. */
const callsMax = 32;

/** Quoted texts and `[names]` may hold braces. */
const expressionEnd = (source: string, open: number): number => {
  let calls = 0;
  for (let i = open + 2; i < source.length; i++) {
    const char = source[i] ?? '';
    if (char === '}' && source[i + 1] === '}') return closedEnd(source, open, i + 2);
    if (char === '(') calls++;
    if (char === ')') calls--;
    if (calls > callsMax) fail(`Calls may be nested ${callsMax} deep.`, source, i);
    const close = closing[char];
    if (close === undefined) continue;
    i = quotedEnd(source, i, close);
    if (i < 0) return -1;
  }
  return -1;
};

/** In quotes, a backslash keeps the quote from closing. */
const quotedEnd = (source: string, open: number, close: string): number => {
  let end = source.indexOf(close, open + 1);
  while (close !== ']' && end >= 0 && source[end - 1] === '\\') end = source.indexOf(close, end + 1);
  return end;
};

const closedEnd = (source: string, open: number, end: number): number => {
  if (source[open + 2] !== '{') return end;
  if (source[end] === '}') return end + 1;
  return fail(
    'This {{{ opens a raw expression, which }}} closes; after the { of a document, leave a space before {{.',
    source,
    open,
  );
};
