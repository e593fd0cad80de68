import { type Place, placeOf, TemplateFailure } from '../problem.ts';
import { scanExpressions } from './scan.ts';

/** An empty comment: it renders nothing and splits `}}}` in two. */
const separator = '{{!}}';

/** A source that Handlebars can read, and where its places lie in the source as written. */
export type Separated = Readonly<{ text: string; placeInSource: (place: Place) => Place }>;

/** What the parser takes some 40 ms for on a slow core. */
const expressionsMax = 1_000;
const expressionCharsMax = 24 * 1024;

/**
 * Handlebars reads `}}}` as the end of `{{{raw}}}` only, so `{"id": {{id}}}` would be an error in the very place
 * where JSON has a brace next to an expression. Sets the expression and the brace apart.
 * @throws TemplateFailure when there is more to parse than a template may have
 */
export const separateBraces = (source: string): Separated => {
  let text = '';
  let from = 0;
  let count = 0;
  let chars = 0;
  const inserted: number[] = [];
  for (const { start, end } of scanExpressions(source)) {
    chars += end - start;
    if (++count > expressionsMax || chars > expressionCharsMax) {
      throw new TemplateFailure(
        `A template may have ${expressionsMax} expressions of ${expressionCharsMax} characters in all; loop with {{#each}} instead.`,
        placeOf(source, start),
      );
    }
    if (source[end] !== '}') continue;
    text += source.slice(from, end) + separator;
    from = end;
    inserted.push(text.length);
  }
  text += source.slice(from);
  const placeInSource = (place: Place): Place => {
    const offset = offsetOf(text, place);
    const before = inserted.filter((insertion) => insertion <= offset).length;
    return placeOf(source, offset - before * separator.length);
  };
  return { text, placeInSource };
};

const offsetOf = (text: string, { line, column }: Place): number => {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
};
