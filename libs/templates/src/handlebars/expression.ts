import type * as Ast from './ast.ts';
import { type Helper, noOptions } from '../helper/helper.ts';
import { helpers } from '../helper/helpers.ts';
import { misuse } from '../helper/misuse.ts';
import { nearest } from '../nearest.ts';
import { compilePath, helperName, placeOfNode } from './path.ts';
import { TemplateFailure } from '../problem.ts';
import { rescued, spend } from '../rendering.ts';
import type { Expression } from './rendering.ts';
import type { Compilation } from './scope.ts';
import type { Value } from '../value.ts';

type Call = Ast.SubExpression | Ast.MustacheStatement | Ast.BlockStatement;

/** Deeper calls than anyone writes; the bound keeps the recursion off the stack's end. */
const nestingMax = 32;

/** @throws TemplateFailure when the template is nested too deep. */
export const nested = (compilation: Compilation, { loc }: Readonly<{ loc: Ast.Location }>): Compilation => {
  if (compilation.nesting < nestingMax) return { ...compilation, nesting: compilation.nesting + 1 };
  throw new TemplateFailure(`Blocks and calls may be nested ${nestingMax} deep.`, placeOfNode(loc));
};

export const compileExpression = (expression: Ast.Expression, compilation: Compilation): Expression => {
  switch (expression.type) {
    case 'PathExpression':
      return compilePath(expression, compilation);
    case 'SubExpression':
      return compileCall(expression, nested(compilation, expression));
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = expression;
      return () => value;
    }
    case 'NullLiteral':
      return () => null;
    case 'UndefinedLiteral':
      return () => undefined;
  }
};

/**
 * A name with arguments is a helper, a name without is data: an order's own `date` or `length` wins over the
 * helper of that name.
 */
export const isCall = ({ type, params, hash }: Call): boolean =>
  type === 'SubExpression' || params.length > 0 || (hash?.pairs.length ?? 0) > 0;

export const helperOf = ({ path }: Call): Helper | undefined =>
  path.type === 'PathExpression' ? helpers.get(helperName(path) ?? '') : undefined;

/** @throws TemplateFailure when there is no such helper or its arguments do not fit. */
export const compileCall = (call: Call, compilation: Compilation): Expression => {
  const place = placeOfNode(call.loc);
  const name = call.path.type === 'PathExpression' ? helperName(call.path) : undefined;
  if (name === undefined)
    throw new TemplateFailure('Only a helper takes arguments, and this is not one.', place);
  const helper = helpers.get(name);
  if (!helper) throw new TemplateFailure(unknownHelper(name), place);
  const complaint = misuse(helper, call.params.length, call.hash?.pairs.map(({ key }) => key) ?? []);
  if (complaint) throw new TemplateFailure(`${name} ${complaint}; it is written ${helper.usage}.`, place);

  const args = call.params.map((param) => compileExpression(param, compilation));
  const pairs = (call.hash?.pairs ?? []).map(
    ({ key, value }) => [key, compileExpression(value, compilation)] as const,
  );
  const { call: perform, rescues = false } = helper;
  return (rendering) => {
    spend(rendering, 1);
    const values: Value[] = [];
    for (const arg of args)
      values.push(values.length === 0 && rescues ? rescued(arg, rendering) : arg(rendering));
    if (pairs.length === 0) return perform(values, rendering, noOptions);
    const options = Object.fromEntries(pairs.map(([key, value]) => [key, value(rendering)]));
    return perform(values, rendering, options);
  };
};

const builtIns = ['if', 'unless', 'each', 'with'];

const unknownHelper = (name: string): string => {
  if (builtIns.includes(name)) return `${name} is a block: write {{#${name} …}} … {{/${name}}}.`;
  const near = nearest(name, [...helpers.keys(), ...builtIns]);
  return near === undefined
    ? `There is no helper ${name}; the helpers are ${[...helpers.keys()].sort().join(', ')}.`
    : `There is no helper ${name}; did you mean ${near}?`;
};
