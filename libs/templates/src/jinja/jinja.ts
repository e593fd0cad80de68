import type { CompileSource } from '../language.ts';
import { placesOf } from '../problem.ts';
import type { Reference } from '../reference.ts';
import type { Program } from '../rendering.ts';
import type { Compilation } from './compilation.ts';
import { compileExpression } from './expression.ts';
import { parseJinja } from './parse.ts';
import { compileBody } from './statement.ts';
import type { Step } from './value.ts';

/** @throws TemplateFailure where the source is not a template. */
export const compileJinja: CompileSource = (source, document) => {
  const { program, ownNames } = parseJinja(source);
  const references: Reference[] = [];
  const placeAt = placesOf(source);
  const compilation: Compilation = {
    document,
    placeAt,
    references,
    ownNames,
    nesting: 0,
    compile: compileExpression,
  };
  const step = compileBody(program.body, compilation);
  return { program: programOf(step), references, placeInSource: (place) => place };
};

const programOf =
  (step: Step): Program =>
  (rendering) => {
    step(Object.assign(rendering, { scope: { vars: new Map(), parent: undefined }, depth: 0 }));
  };
