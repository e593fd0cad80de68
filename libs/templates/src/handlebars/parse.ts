import Handlebars from 'handlebars';
import type { Program } from './ast.ts';
import { type Place, TemplateFailure } from '../problem.ts';

/**
 * Handlebars' own parser; what it reads is never compiled to JavaScript.
 * @throws TemplateFailure where the source is not Handlebars.
 */
export const parseHandlebars = (source: string): Program => {
  try {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- the package types statements without a discriminant
    return Handlebars.parse(source) as unknown as Program;
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateFailure('The template is nested too deep.', start);
    const text = error instanceof Error ? error.message : String(error);
    throw isLocated(error)
      ? new TemplateFailure(mismatch(text), { line: error.lineNumber, column: error.column + 1 })
      : new TemplateFailure(unexpected(text), errorPlace());
  }
};

const start: Place = { line: 1, column: 1 };

type Located = Error & Readonly<{ lineNumber: number; column: number }>;

const isLocated = (error: unknown): error is Located =>
  error instanceof Error &&
  'lineNumber' in error &&
  typeof error.lineNumber === 'number' &&
  'column' in error &&
  typeof error.column === 'number';

/** `each doesn't match if - 3:4` → what Handlebars found, without the position that stands beside it. */
const mismatch = (text: string) => {
  const blocks = /^(\S+) doesn't match (\S+) - /.exec(text);
  if (!blocks) return text.replace(/ - \d+:\d+$/, '.');
  return `{{#${blocks[1]}}} is closed by {{/${blocks[2]}}}; close it with {{/${blocks[1]}}}.`;
};

const unexpected = (text: string) => {
  if (text.startsWith('Lexical error')) return 'This is not a part of a Handlebars expression.';
  const [, got = ''] = /got '(\w+)'/.exec(text) ?? [];
  if (got === 'EOF' && text.includes("'OPEN_ENDBLOCK'")) return 'A block is not closed: a {{/…}} is missing.';
  return (
    explanations[got] ?? `Unexpected ${got === '' ? 'text' : got.toLowerCase()} in a Handlebars expression.`
  );
};

const explanations: Readonly<Record<string, string>> = {
  EOF: 'The template ends inside an expression or a block: a }} or a {{/…}} is missing.',
  INVALID: 'A character that cannot stand in a Handlebars expression; a text needs quotes.',
  CLOSE: 'The expression ends too early: a name or a value is missing before }}.',
  CLOSE_UNESCAPED: 'The expression ends too early: a name or a value is missing before }}}.',
  OPEN_ENDBLOCK: 'This {{/…}} closes a block that is not open here.',
  INVERSE: 'This {{else}} belongs to no block.',
  OPEN_INVERSE_CHAIN: 'This {{else …}} belongs to no block.',
  CLOSE_SEXPR: 'This ) closes nothing.',
  EQUALS: 'Only name=value may stand around =; compare with {{#if (eq a b)}}.',
};

type Lexer = Readonly<{
  yylloc: Readonly<Record<'first_line' | 'first_column' | 'last_line' | 'last_column', number>>;
}>;

/** Handlebars' syntax errors carry a line but no column: the lexer still stands at the token it stopped at. */
const errorPlace = (): Place => {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the package's types leave out its export Parser
  const { lexer } = (Handlebars as unknown as { Parser: { lexer: Lexer & { done: boolean } } }).Parser;
  const { first_line, first_column, last_line, last_column } = lexer.yylloc;
  return lexer.done
    ? { line: last_line, column: last_column + 1 }
    : { line: first_line, column: first_column + 1 };
};
