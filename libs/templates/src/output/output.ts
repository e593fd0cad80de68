import { TemplateFailure } from '../problem.ts';
import type { Value } from '../value.ts';

/** Where a rendering's text grows; each content type has its own way to write a value. */
export interface Output {
  /** The template's own text. */
  readonly literal: (literal: Literal) => void;
  /** `{{value}}`: escaped, so that data cannot break the document. */
  readonly value: (value: Value) => void;
  /** `{{{value}}}`: as it is. */
  readonly raw: (text: string) => void;
  /** `{{json value}}`: a JSON text, complete where it stands outside of quotes. */
  readonly json: (text: string) => void;
  readonly length: () => number;
  readonly text: () => string;
}

/** A piece of the template's own text, with what it does to a JSON document known beforehand. */
export type Literal = Readonly<{ text: string; exits: readonly JsonState[] }>;

/** Where a JSON document stands: outside of texts, inside one, or inside one right after a backslash. */
export type JsonState = 0 | 1 | 2;

export const outputCharsMax = 4 * 1024 * 1024;

/** @throws TemplateFailure when the text has grown over 4 Mi characters. */
export const limited = (text: string): string => {
  if (text.length <= outputCharsMax) return text;
  throw new TemplateFailure(
    `The template renders over ${outputCharsMax} characters; render less of the data.`,
  );
};
