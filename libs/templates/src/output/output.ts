import { TemplateFailure } from '../problem.ts';
import type { Value } from '../value.ts';

/** Where a rendering's text grows; each content type has its own way to write a value. */
export interface Output {
  /** The template's own text. */
  readonly literal: (literal: Literal) => void;
  /** Whether the template's own text can stand here without breaking the document; of captured text only. */
  readonly accepts: (literal: Literal) => boolean;
  /** `{{value}}`: escaped, so that data cannot break the document. */
  readonly value: (value: Value) => void;
  /** `{{{value}}}`: as it is. */
  readonly raw: (text: string) => void;
  /** `{{json value}}`: a JSON text, complete where it stands outside of quotes. */
  readonly json: (text: string) => void;
  /** `{{to_xml value}}`: elements, complete where they stand between others. */
  readonly xml: (text: string) => void;
  readonly length: () => number;
  readonly text: () => string;
}

/** A piece of the template's own text; `exits` says beforehand where it leaves a document by where it stood. */
export type Literal = Readonly<{ text: string; exits: readonly number[] }>;

export const outputCharsMax = 4 * 1024 * 1024;

/** @throws TemplateFailure when the text has grown over 4 Mi characters. */
export const limited = (text: string): string => {
  if (text.length <= outputCharsMax) return text;
  throw new TemplateFailure(
    `The template renders over ${outputCharsMax} characters; render less of the data.`,
  );
};
