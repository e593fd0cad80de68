import type { ContentType } from '@karrio/domain';
import { LRUCache } from 'lru-cache';
import { separateBraces, type Separated } from './brace.ts';
import { compileProgram } from './compile.ts';
import { parseHandlebars } from './parse.ts';
import { problemAt, TemplateFailure, type TemplateProblem } from './problem.ts';
import type { Step } from './rendering.ts';
import type { Reference } from './scope.ts';

/** A source made ready to render, as often as wanted. */
export type Template = Readonly<{
  source: string;
  contentType: ContentType;
  program: Step;
  references: readonly Reference[];
  /** Where a place of the program lies in the source as written. */
  placeInSource: Separated['placeInSource'];
}>;

export type Compiled = { readonly template: Template } | { readonly problem: TemplateProblem };

/** Long enough for every template seen; the number of expressions is bounded apart. */
const sourceCharsMax = 64 * 1024;

/** Sources and their compiled form together stay under some 100 MiB. */
const newCache = () =>
  new LRUCache<string, Compiled>({ maxSize: 1024 * 1024, sizeCalculation: (_, source) => source.length + 1 });

/** One per content type: a source is hashed once in its life, a key made of it would be at every look-up. */
const caches: Readonly<Record<ContentType, LRUCache<string, Compiled>>> = {
  json: newCache(),
  form: newCache(),
  text: newCache(),
  xml: newCache(),
};

/** The same source compiles once; what is wrong with it is a value, not an exception. */
export const compileTemplate = (source: string, contentType: ContentType): Compiled => {
  const cache = caches[contentType];
  const known = cache.get(source);
  if (known) return known;
  const compiled = compile(source, contentType);
  cache.set(source, compiled);
  return compiled;
};

const start = { line: 1, column: 1 };

const compile = (source: string, contentType: ContentType): Compiled => {
  if (source.length > sourceCharsMax) {
    const message = `A template may have ${sourceCharsMax} characters; this one has ${source.length}.`;
    return { problem: problemAt(source, message, start) };
  }
  let placeInSource: Separated['placeInSource'] = (place) => place;
  try {
    const separated = separateBraces(source);
    const references: Reference[] = [];
    const scope = { blockParams: [], parent: undefined };
    // Until here a failure's place was one in the source.
    ({ placeInSource } = separated);
    const program = compileProgram(parseHandlebars(separated.text), { scope, references, nesting: 0 });
    return { template: { source, contentType, program, references, placeInSource } };
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return { problem: problemAt(source, error.message, placeInSource(error.place ?? start)) };
  }
};
