import { outputCharsMax, type Literal, type Output } from '../output/output.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';

const fragmentTag = Symbol('fragment');

/** One thing that was written. */
type Write =
  | Readonly<{ kind: 'literal'; literal: Literal }>
  | Readonly<{ kind: 'value'; value: Value }>
  | Readonly<{ kind: 'raw' | 'json' | 'xml'; text: string }>;

/**
 * What a template captured of itself: a macro's text, `{% set x %}…{% endset %}`, `x | safe`, `x | tojson`. It is
 * kept as it was written, so that its values are escaped for the place where it comes to stand.
 */
export type Fragment = Readonly<{ [fragmentTag]: readonly Write[] }>;

export const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && fragmentTag in value;

export const fragmentOf = (kind: 'raw' | 'json' | 'xml', text: string): Fragment => ({
  [fragmentTag]: [{ kind, text }],
});

/** What a helper wrote as a part of a document stays one. */
export const asWritten = (value: Value, writes: 'json' | 'xml' | undefined): Value | Fragment =>
  writes !== undefined && typeof value === 'string' ? fragmentOf(writes, value) : value;

/** An output that remembers what was written to it. */
export const recorder = (budget: Budget) => {
  const writes: Write[] = [];
  let chars = 0;
  const note = (write: Write, length: number) => {
    chars += length;
    if (chars > outputCharsMax)
      throw new TemplateFailure(
        `The template captures over ${outputCharsMax} characters; render less of the data.`,
      );
    spend(budget, 1);
    writes.push(write);
  };
  const text = (kind: 'raw' | 'json' | 'xml') => (written: string) =>
    note({ kind, text: written }, written.length);
  const out: Output = {
    literal: (literal) => note({ kind: 'literal', literal }, literal.text.length),
    accepts: () => true,
    value: (value) => note({ kind: 'value', value }, typeof value === 'string' ? value.length : 1),
    raw: text('raw'),
    json: text('json'),
    xml: text('xml'),
    length: () => chars,
    text: () => '',
  };
  const fragment = (): Fragment => ({ [fragmentTag]: writes });
  return { out, fragment };
};

/** Writes again what was captured. */
export const replay = ({ [fragmentTag]: writes }: Fragment, out: Output, budget: Budget): void => {
  spend(budget, writes.length);
  // Markup that was captured for another place, as a JSON object between quotes, is a text here.
  if (writes.some((write) => write.kind === 'literal' && !out.accepts(write.literal)))
    return out.value(textOfFragment({ [fragmentTag]: writes }, budget));
  for (const write of writes) {
    switch (write.kind) {
      case 'literal':
        out.literal(write.literal);
        break;
      case 'value':
        weigh(write.value, budget);
        out.value(write.value);
        break;
      case 'raw':
      case 'json':
      case 'xml':
        out[write.kind](write.text);
    }
  }
};

/** The text of a fragment, with its values as they are: it is escaped when it is written itself. */
export const textOfFragment = ({ [fragmentTag]: writes }: Fragment, budget: Budget): string => {
  spend(budget, writes.length);
  let text = '';
  for (const write of writes) {
    text += textOfWrite(write, budget);
    if (text.length > outputCharsMax)
      throw new TemplateFailure(
        `The template captures over ${outputCharsMax} characters; render less of the data.`,
      );
  }
  spend(budget, text.length / charsPerStep);
  return text;
};

const textOfWrite = (write: Write, budget: Budget): string => {
  if (write.kind === 'literal') return write.literal.text;
  if (write.kind !== 'value') return write.text;
  weigh(write.value, budget);
  return asText(write.value);
};
