import type { ContentType, TemplateEngine } from '@karrio/domain';
import { LRUCache } from 'lru-cache';
import { compileHandlebars } from './handlebars/handlebars.ts';
import { compileJinja } from './jinja/jinja.ts';
import type { CompiledSource, CompileSource, Language } from './language.ts';
import { type Document, documentOf } from './output/document.ts';
import { problemAt, revealed, TemplateFailure, type TemplateProblem } from './problem.ts';
import { engineNames, suggestEngine } from './suggest-engine.ts';

/** A source made ready to render, as often as wanted. */
export type Template = Readonly<{ source: string; language: Language; document: Document }> & CompiledSource;

export type Compiled = { readonly template: Template } | { readonly problem: TemplateProblem };

/** Long enough for every template seen; the number of expressions is bounded apart. */
const sourceCharsMax = 64 * 1024;

type Cache = LRUCache<string, Compiled>;

/** Sources and their compiled form together stay under some 100 MiB. */
const newCache = (): Cache =>
  new LRUCache({ maxSize: 512 * 1024, sizeCalculation: (_, source) => source.length + 1 });

const newCaches = (): Readonly<Record<ContentType, Cache>> => ({
  json: newCache(),
  form: newCache(),
  text: newCache(),
  xml: newCache(),
});

/** One per language: a source is hashed once in its life, a key made of it would be at every look-up. */
const caches: Readonly<Record<TemplateEngine, Readonly<Record<ContentType, Cache>>>> = {
  handlebars: newCaches(),
  jinja: newCaches(),
};

/** The same source compiles once; what is wrong with it is a value, not an exception. */
export const compileTemplate = (source: string, { engine, contentType }: Language): Compiled => {
  const cache = caches[engine][contentType];
  const known = cache.get(source);
  if (known) return known;
  const compiled = compile(source, { engine, contentType });
  cache.set(source, compiled);
  return compiled;
};

const compilers: Readonly<Record<TemplateEngine, CompileSource>> = {
  handlebars: compileHandlebars,
  jinja: compileJinja,
};

const start = { line: 1, column: 1 };

const compile = (source: string, language: Language): Compiled => {
  if (source.length > sourceCharsMax) {
    const message = `A template may have ${sourceCharsMax} characters; this one has ${source.length}.`;
    return { problem: problemAt(source, message, start) };
  }
  const document = documentOf(source, language.contentType);
  try {
    return { template: { source, language, document, ...compilers[language.engine](source, document) } };
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    return {
      problem: problemAt(source, revealed(error.message) + hint(source, language), error.place ?? start),
    };
  }
};

/** The other language, where a source that cannot be read looks like it. */
const hint = (source: string, { engine }: Language): string => {
  const suggested = suggestEngine(source);
  if (suggested === undefined || suggested === engine) return '';
  return ` This looks like ${engineNames[suggested]}: set template_engine to ${suggested}.`;
};
