import { parse } from '@huggingface/jinja';
import { type Place, placesOf, TemplateFailure } from '../problem.ts';
import type { Program } from './ast.ts';
import { checkBlocks } from './check-blocks.ts';
import { ownNamesOf } from './own-names.ts';
import { rewriteTestCalls } from './test-call.ts';
import { nameOf, type Token } from './token.ts';
import { tokenize } from './tokenize.ts';

export type Parsed = Readonly<{ program: Program; ownNames: ReadonlySet<string> }>;

/**
 * The package's own parser, on our tokens.
 * @throws TemplateFailure where the source is not Jinja
 */
export const parseJinja = (source: string): Parsed => {
  const placeAt = placesOf(source);
  const tokens = rewriteTestCalls(tokenize(source));
  checkBlocks(tokens, placeAt);
  const watched = watch(tokens);
  try {
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-call -- its types import each other without an extension, and have no discriminant
    const program = parse(watched.tokens) as unknown as Program;
    return { program, ownNames: ownNamesOf(tokens) };
  } catch (error) {
    if (error instanceof RangeError)
      throw new TemplateFailure('The template is nested too deep.', placeAt(0));
    throw complaint(tokens[watched.furthest()], error, placeAt);
  }
};

/** The parser's errors have no place: it stopped at the furthest token that it looked at. */
const watch = (tokens: readonly Token[]) => {
  let furthest = 0;
  const watched = tokens.map((token, index) => ({
    value: token.value,
    offset: token.offset,
    get type() {
      if (index > furthest) furthest = index;
      return token.type;
    },
  }));
  return { tokens: watched, furthest: () => furthest };
};

const complaint = (token: Token | undefined, error: unknown, placeAt: (offset: number) => Place) => {
  if (!token) return new TemplateFailure('The template ends too early.', placeAt(0));
  const place = placeAt(token.offset);
  const text = error instanceof Error ? error.message : '';
  const said = explanations.find(([sign]) => text.includes(sign))?.[1];
  return new TemplateFailure(said ?? unexpected(token), place);
};

const explanations: readonly (readonly [string, string])[] = [
  ['Positional arguments', 'An argument without a name must come before those with one.'],
  ['Non-default argument', 'A parameter without a default must come before those with one.'],
  ['loop variable', 'A loop names its variable first: {% for item in list %}.'],
  ['`in` keyword', 'A loop is written {% for item in list %}.'],
  ['0-3 arguments for slice', 'A slice has at most three parts: [start:stop:step].'],
];

const unexpected = ({ type, value }: Token): string => {
  if (type === 'CloseExpression' || type === 'CloseStatement')
    return `The expression ends too early: a name or a value is missing before ${value}.`;
  if (type === 'Equals') return 'A single = assigns, in {% set %} and in calls; compare with ==.';
  if (type === 'OpenCurlyBracket')
    return 'A { opens an object here, which needs "name": value; is one brace too many?';
  if (type === 'Pipe') return 'A filter is missing here; or is written as a word: a or b.';
  const shown = type === 'StringLiteral' ? 'text' : nameOf(value);
  return `Unexpected ${shown} here; a filter needs a | before it, an operator a value on either side.`;
};
