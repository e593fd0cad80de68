import type { ContentType } from '@karrio/domain';
import { jsonOutput, jsonStateAfter } from './json-output.ts';
import type { Literal, Output } from './output.ts';
import { formEscaped, textOutput, unescaped } from './text-output.ts';
import { xmlOutput, xmlStateAfter } from './xml-output.ts';

/** What a template writes, which decides how a value is written into it. */
export type Document = Readonly<{
  kind: ContentType;
  literal: (text: string) => Literal;
  output: () => Output;
}>;

const none: readonly number[] = [];
const plain = (text: string): Literal => ({ text, exits: none });

const stateful =
  (states: readonly number[], after: (text: string, state: number) => number) =>
  (text: string): Literal => ({ text, exits: states.map((state) => after(text, state)) });

const documents: Readonly<Record<ContentType, Document>> = {
  json: { kind: 'json', literal: stateful([0, 1, 2], jsonStateAfter), output: jsonOutput },
  xml: { kind: 'xml', literal: stateful([0, 1, 2, 3, 4, 5, 6], xmlStateAfter), output: xmlOutput },
  form: { kind: 'form', literal: plain, output: () => textOutput(formEscaped) },
  text: { kind: 'text', literal: plain, output: () => textOutput(unescaped) },
};

/** A form is written as pairs (`a=1&b=2`) or as a JSON object. */
export const documentOf = (source: string, contentType: ContentType): Document =>
  documents[contentType === 'form' && /^\s*\{(?![{%#])/.test(source) ? 'json' : contentType];
