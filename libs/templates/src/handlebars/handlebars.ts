import type { CompileSource } from '../language.ts';
import { TemplateFailure } from '../problem.ts';
import type { Reference } from '../reference.ts';
import type { Program } from '../rendering.ts';
import { separateBraces } from './brace.ts';
import { compileProgram } from './compile.ts';
import { parseHandlebars } from './parse.ts';
import type { Step } from './rendering.ts';

/** @throws TemplateFailure where the source is not a template. */
export const compileHandlebars: CompileSource = (source, document) => {
  const { text, placeInSource } = separateBraces(source);
  const references: Reference[] = [];
  const scope = { blockParams: [], parent: undefined };
  try {
    const step = compileProgram(parseHandlebars(text), { document, scope, references, nesting: 0 });
    return { program: programOf(step), references, placeInSource };
  } catch (error) {
    if (!(error instanceof TemplateFailure) || !error.place) throw error;
    throw new TemplateFailure(error.message, placeInSource(error.place));
  }
};

const programOf =
  (step: Step): Program =>
  (rendering) => {
    const scope = { value: rendering.root, parent: undefined, params: [], loop: undefined };
    step(Object.assign(rendering, { scope }));
  };
