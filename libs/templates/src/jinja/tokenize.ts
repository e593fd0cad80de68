import { placeOf, TemplateFailure } from '../problem.ts';
import { readString } from './read-string.ts';
import { keywords, nameWithOffset, stringMark, textMark, type Token, type TokenType } from './token.ts';

const tagsMax = 1_000;
const tagCharsMax = 24 * 1024;
const bracketsMax = 32;

/** What the parser takes some 60 ms for on a slow core. */
const tokensMax = 12_000;

/**
 * The tokens of a source, in one pass, for the package's parser: its own tokenizer knows no places and no
 * `{% raw %}`, and takes time with the square of a run of blanks.
 * @throws TemplateFailure where a source cannot be read, or is more than a template may be
 */
export const tokenize = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  // As Jinja has it: one line break at the end belongs to the file, not to the text.
  const end = source.endsWith('\n') ? source.length - 1 : source.length;
  let at = 0;
  let tags = 0;
  let tagChars = 0;
  let trimsStart = false;
  while (at < end) {
    const open = nextTag(source, at, end);
    const isTrimmed = source[open + 2] === '-';
    pushText(tokens, source.slice(at, open), at, trimsStart, isTrimmed);
    if (open >= end) break;
    const tag = readTag(source, open, tokens);
    ({ at, trimsStart } = tag);
    tagChars += tag.at - open - tag.rawChars;
    if (++tags > tagsMax || tagChars > tagCharsMax) {
      const message = `A template may have ${tagsMax} tags of ${tagCharsMax} characters in all; use a {% for %} loop instead.`;
      throw new TemplateFailure(message, placeOf(source, open));
    }
  }
  return tokens;
};

const nextTag = (source: string, from: number, end: number): number => {
  for (let at = source.indexOf('{', from); at >= 0 && at < end; at = source.indexOf('{', at + 1)) {
    const next = source[at + 1];
    if (next === '{' || next === '%' || next === '#') return at;
  }
  return end;
};

const pushText = (tokens: Token[], text: string, offset: number, trimsStart: boolean, trimsEnd: boolean) => {
  const left = trimsStart ? text.trimStart() : text;
  const value = trimsEnd ? left.trimEnd() : left;
  if (value !== '') tokens.push({ type: 'Text', value: textMark + value, offset });
};

type Tag = Readonly<{ at: number; trimsStart: boolean; rawChars: number }>;

const rawTag = /\{%[-+]?\s{0,64}raw\s{0,64}([-+]?)%\}/y;
const endRawTag = /\{%([-+]?)\s{0,64}endraw\s{0,64}([-+]?)%\}/g;

const readTag = (source: string, open: number, tokens: Token[]): Tag => {
  if (source[open + 1] === '#') return readComment(source, open);
  rawTag.lastIndex = open;
  const raw = rawTag.exec(source);
  if (raw) return readRaw(source, open, raw[0].length, raw[1] === '-', tokens);
  return readCode(source, open, tokens);
};

const readComment = (source: string, open: number): Tag => {
  const close = source.indexOf('#}', open + 2);
  if (close < 0) throw new TemplateFailure('This {# is not closed: a #} is missing.', placeOf(source, open));
  return { at: close + 2, trimsStart: source[close - 1] === '-' && close > open + 2, rawChars: 0 };
};

const readRaw = (source: string, open: number, tagLength: number, trims: boolean, tokens: Token[]): Tag => {
  const from = open + tagLength;
  endRawTag.lastIndex = from;
  const end = endRawTag.exec(source);
  if (!end) throw new TemplateFailure('This {% raw %} has no {% endraw %}.', placeOf(source, open));
  pushText(tokens, source.slice(from, end.index), from, trims, end[1] === '-');
  return { at: endRawTag.lastIndex, trimsStart: end[2] === '-', rawChars: end.index - from };
};

const symbols: readonly (readonly [string, TokenType])[] = [
  ['**', 'ExponentiationBinaryOperator'],
  ['//', 'MultiplicativeBinaryOperator'],
  ['<=', 'ComparisonBinaryOperator'],
  ['>=', 'ComparisonBinaryOperator'],
  ['==', 'ComparisonBinaryOperator'],
  ['!=', 'ComparisonBinaryOperator'],
  ['<', 'ComparisonBinaryOperator'],
  ['>', 'ComparisonBinaryOperator'],
  ['(', 'OpenParen'],
  [')', 'CloseParen'],
  ['[', 'OpenSquareBracket'],
  [']', 'CloseSquareBracket'],
  ['{', 'OpenCurlyBracket'],
  ['}', 'CloseCurlyBracket'],
  [',', 'Comma'],
  ['.', 'Dot'],
  [':', 'Colon'],
  ['|', 'Pipe'],
  ['+', 'AdditiveBinaryOperator'],
  ['-', 'AdditiveBinaryOperator'],
  ['~', 'AdditiveBinaryOperator'],
  ['*', 'MultiplicativeBinaryOperator'],
  ['/', 'MultiplicativeBinaryOperator'],
  ['%', 'MultiplicativeBinaryOperator'],
  ['=', 'Equals'],
];
const openers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

const blanks = /\s*/y;
const number = /\d+(?:_\d+)*(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const integer = /\d+/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;

const matchAt = (pattern: RegExp, source: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
};

/** `{{ … }}` and `{% … %}`. A `}}` closes only where no `{` of an object is open. */
const readCode = (source: string, open: number, tokens: Token[]): Tag => {
  const kind = source[open + 1] === '%' ? statement : expression;
  const brackets: string[] = [];
  tokens.push({ type: kind.open, value: source.slice(open, open + 2), offset: open });
  let at = open + 2;
  if (source[at] === '-' || source[at] === '+') at++;
  for (;;) {
    at += matchAt(blanks, source, at).length;
    if (at >= source.length) throw unclosed(source, open, kind.end);
    const sign = kind.signs.includes(source[at] ?? ' ') ? 1 : 0;
    if (brackets.length === 0 && source.startsWith(kind.end, at + sign)) {
      tokens.push({ type: kind.close, value: kind.end, offset: at });
      return { at: at + sign + 2, trimsStart: source[at] === '-', rawChars: 0 };
    }
    const { token, end } = readToken(source, at, tokens, brackets, open);
    push(tokens, token, source);
    at = end;
  }
};

const statement = { open: 'OpenStatement', close: 'CloseStatement', end: '%}', signs: '-+' } as const;
const expression = { open: 'OpenExpression', close: 'CloseExpression', end: '}}', signs: '-' } as const;

/** Texts that stand side by side are one, as in Python. */
const push = (tokens: Token[], token: Token, source: string) => {
  const last = tokens.at(-1);
  if (token.type !== 'StringLiteral' || last?.type !== 'StringLiteral') tokens.push(token);
  else tokens.splice(-1, 1, { ...last, value: last.value + token.value.slice(stringMark.length) });
  if (tokens.length <= tokensMax) return;
  const message = `A template may have ${tokensMax} names, texts, numbers and signs in its tags; take long lists from parameters.`;
  throw new TemplateFailure(message, placeOf(source, token.offset));
};

const unclosed = (source: string, open: number, close: string) =>
  new TemplateFailure(
    `This ${source.slice(open, open + 2)} is not closed: a ${close} is missing.`,
    placeOf(source, open),
  );

type Read = Readonly<{ token: Token; end: number }>;

const readToken = (
  source: string,
  at: number,
  tokens: readonly Token[],
  brackets: string[],
  open: number,
): Read => {
  const char = source[at] ?? '';
  if (char === '"' || char === "'") return readText(source, at);
  if (char >= '0' && char <= '9') return readNumber(source, at, tokens.at(-1)?.type === 'Dot');
  const word = matchAt(name, source, at);
  if (word === '') return readSymbol(source, at, brackets, open);
  const value = keywords.has(word) ? word : nameWithOffset(word, at);
  return { token: { type: 'Identifier', value, offset: at }, end: at + word.length };
};

const readText = (source: string, at: number): Read => {
  const read = readString(source, at);
  if (!read) throw new TemplateFailure('This text is not closed: a quote is missing.', placeOf(source, at));
  return { token: { type: 'StringLiteral', value: stringMark + read.value, offset: at }, end: read.end };
};

/** After a dot it is an element's place: `orders.0.id`. */
const readNumber = (source: string, at: number, isElement: boolean): Read => {
  const digits = matchAt(isElement ? integer : number, source, at);
  const value = digits.replaceAll('_', '');
  return { token: { type: 'NumericLiteral', value, offset: at }, end: at + digits.length };
};

const readSymbol = (source: string, at: number, brackets: string[], open: number): Read => {
  const symbol = symbols.find(([sequence]) => source.startsWith(sequence, at));
  if (!symbol) throw new TemplateFailure(unknownSymbol(source, at), placeOf(source, at));
  const [value, type] = symbol;
  const closer = openers[value];
  if (closer !== undefined) brackets.push(closer);
  if (brackets.length > bracketsMax)
    throw new TemplateFailure(`Brackets may be nested ${bracketsMax} deep.`, placeOf(source, at));
  if (')]}'.includes(value) && brackets.pop() !== value) throw mismatched(source, at, value, open);
  return { token: { type, value, offset: at }, end: at + value.length };
};

const mismatched = (source: string, at: number, value: string, open: number) =>
  source.startsWith('}}', at) && source[open + 1] === '{'
    ? new TemplateFailure('A ( or [ is not closed before this }}.', placeOf(source, at))
    : new TemplateFailure(`This ${value} closes nothing.`, placeOf(source, at));

const hints: readonly (readonly [string, string])[] = [
  ['&&', 'Jinja writes and for &&.'],
  ['!', 'Jinja writes not for !.'],
  ['?', 'Jinja writes a if condition else b for condition ? a : b.'],
];

const unknownSymbol = (source: string, at: number) =>
  hints.find(([sign]) => source.startsWith(sign, at))?.[1] ??
  `A ${source
    .slice(at, at + 2)
    .trim()
    .slice(0, 1)} cannot stand in a Jinja expression; a text needs quotes.`;
