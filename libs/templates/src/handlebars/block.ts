import type * as Ast from './ast.ts';
import { compileCall, compileExpression, isCall, nested } from './expression.ts';
import { placeOfNode, simpleName } from './path.ts';
import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import type { Expression, Rendering, Step } from './rendering.ts';
import { type Compilation, opened } from './scope.ts';
import { isList, isObject, isTruthy, type Value } from '../value.ts';

type CompileProgram = (program: Ast.Program | undefined, compilation: Compilation) => Step;

/** @throws TemplateFailure when the block's head does not fit. */
export const compileBlock = (
  block: Ast.BlockStatement,
  outer: Compilation,
  compileProgram: CompileProgram,
): Step => {
  const compilation = nested(outer, block);
  const name = block.path.type === 'PathExpression' ? simpleName(block.path) : undefined;
  const inverse = compileProgram(block.inverse, compilation);
  const inner = opened(compilation, block.program?.blockParams);
  switch (isCall(block) || builtIns.has(name ?? '') ? name : undefined) {
    case 'if':
    case 'unless': {
      const condition = compileExpression(onlyParam(block), compilation);
      const program = compileProgram(block.program, compilation);
      return name === 'if' ? choose(condition, program, inverse) : choose(condition, inverse, program);
    }
    case 'each':
      return loop(
        compileExpression(onlyParam(block), compilation),
        compileProgram(block.program, inner),
        inverse,
      );
    case 'with':
      return within(
        compileExpression(onlyParam(block), compilation),
        compileProgram(block.program, inner),
        inverse,
      );
    default: {
      const head = isCall(block)
        ? compileCall(block, compilation)
        : compileExpression(block.path, compilation);
      return section(head, block, inner, inverse, compileProgram);
    }
  }
};

const builtIns: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with']);

const onlyParam = ({ params, path, hash, loc }: Ast.BlockStatement): Ast.Expression => {
  const [param] = params;
  if (param && params.length === 1 && !hash?.pairs.length) return param;
  const name = path.type === 'PathExpression' ? path.original : '';
  throw new TemplateFailure(
    `{{#${name}}} takes one value; a call needs parentheses: {{#${name} (helper a b)}}.`,
    placeOfNode(loc),
  );
};

const choose =
  (condition: Expression, program: Step, inverse: Step): Step =>
  (rendering) =>
    isTruthy(condition(rendering)) ? program(rendering) : inverse(rendering);

const enter = (rendering: Rendering, value: Value, params: readonly Value[], program: Step) => {
  const { scope } = rendering;
  rendering.scope = { value, parent: scope, params, loop: undefined };
  program(rendering);
  rendering.scope = scope;
};

const within =
  (value: Expression, program: Step, inverse: Step): Step =>
  (rendering) => {
    const inner = value(rendering);
    if (isTruthy(inner)) enter(rendering, inner, [inner], program);
    else inverse(rendering);
  };

const loop =
  (list: Expression, program: Step, inverse: Step): Step =>
  (rendering) => {
    const value = list(rendering);
    const keys = isObject(value) ? Object.keys(value) : undefined;
    const elements = isList(value) ? value : isObject(value) ? Object.values(value) : [];
    if (elements.length === 0) return inverse(rendering);
    const { scope } = rendering;
    const lastIndex = elements.length - 1;
    for (const [index, element] of elements.entries()) {
      spend(rendering, 1);
      const key = keys?.[index] ?? index;
      const params = [element, key];
      rendering.scope = {
        value: element,
        parent: scope,
        params,
        loop: { index, key, last: index === lastIndex },
      };
      program(rendering);
    }
    rendering.scope = scope;
  };

/**
 * `{{#orders}}…{{/orders}}`: a list is looped over, an object is entered, anything else is judged like `if`.
 * The head may be a helper: `{{#eq a b}}…{{/eq}}`.
 */
const section = (
  head: Expression,
  block: Ast.BlockStatement,
  inner: Compilation,
  inverse: Step,
  compileProgram: CompileProgram,
): Step => {
  const program = compileProgram(block.program, inner);
  const looped = (value: Value) => loop(() => value, program, inverse);
  return (rendering) => {
    const value = head(rendering);
    if (isList(value)) looped(value)(rendering);
    else if (isObject(value)) enter(rendering, value, [value], program);
    else if (isTruthy(value)) enter(rendering, rendering.scope.value, [value], program);
    else inverse(rendering);
  };
};
