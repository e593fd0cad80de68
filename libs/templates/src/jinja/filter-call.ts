import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import type { Value } from '../value.ts';
import { compileArguments, type CompiledArguments } from './arguments.ts';
import type { Call, Filter as FilterNode, Identifier } from './ast.ts';
import { type Compilation, failAt, placeOfNode } from './compilation.ts';
import type { Filter, Named } from './filter/filter.ts';
import { filterNamed } from './filter/filters.ts';
import { escapedByEngine } from './filter/scalar.ts';
import { isFragment } from './fragment.ts';
import { testNamed } from './test.ts';
import { nameOf } from './token.ts';
import { dataOf, type Expression, type JinjaValue, type Rendering } from './value.ts';

/** @throws TemplateFailure when there is no such filter or its arguments do not fit */
export const compileFilter = (node: FilterNode, compilation: Compilation): Expression =>
  applyFilter(node.filter, compilation.compile(node.operand, compilation), compilation);

export const applyFilter = (
  node: Identifier | Call,
  operand: Expression,
  compilation: Compilation,
): Expression => {
  const callee = node.type === 'CallExpression' ? node.callee : node;
  if (callee.type !== 'Identifier')
    return failAt('A filter is a name, with arguments or without.', node, compilation);
  const name = nameOf(callee.value);
  const args = compileArguments(node.type === 'CallExpression' ? node.args : [], compilation);
  const isTest = /^is (not )?/.exec(name);
  if (isTest)
    return applyTest(node, name.slice(isTest[0].length), isTest[1] !== undefined, operand, args, compilation);
  const filter = filterOf(name, callee, compilation);
  checkFirstName(name, node, compilation);
  const evaluate = binder(filter, name, args, node, compilation);
  const place = placeOfNode(node, compilation) ?? { line: 1, column: 1 };
  return (rendering) => {
    const value = operand(rendering);
    if (filter.keepsCaptured && isFragment(value)) return value;
    const data = dataOf(value, rendering);
    const [values, named] = evaluate(rendering);
    rendering.at = place;
    spend(rendering, 1);
    return filter.call(data, values, rendering, named);
  };
};

const filterOf = (name: string, node: Identifier, compilation: Compilation): Filter => {
  if ((name === 'e' || name === 'escape') && compilation.document.kind === 'xml') return escapedByEngine;
  return placed(() => filterNamed(name), node, compilation);
};

const placed = <T>(find: () => T, node: Identifier | Call, compilation: Compilation): T => {
  try {
    return find();
  } catch (error) {
    if (error instanceof TemplateFailure) failAt(error.message, node, compilation);
    throw error;
  }
};

const withFilterName: ReadonlySet<string> = new Set(['map']);
const withTestName: Readonly<Record<string, number>> = { select: 0, reject: 0, selectattr: 1, rejectattr: 1 };

/** `map("uper")` is a slip that shows when saving, not when rendering. */
const checkFirstName = (name: string, node: Identifier | Call, compilation: Compilation): void => {
  if (node.type !== 'CallExpression') return;
  const literal = (index: number) => {
    const arg = node.args[index];
    return arg?.type === 'StringLiteral' ? arg.value.slice(1) : undefined;
  };
  const filter = withFilterName.has(name) ? literal(0) : undefined;
  if (filter !== undefined) placed(() => filterNamed(filter), node, compilation);
  const at = Object.hasOwn(withTestName, name) ? withTestName[name] : undefined;
  const test = at === undefined ? undefined : literal(at);
  if (at === undefined || test === undefined) return;
  const found = testNamed(test, node.args.length - at - 1);
  if (typeof found === 'string') failAt(found, node, compilation);
};

type Evaluate = (rendering: Rendering) => readonly [readonly Value[], Named];

const noNames: Named = new Map();

const binder = (
  filter: Filter,
  name: string,
  args: CompiledArguments,
  node: Identifier | Call,
  compilation: Compilation,
): Evaluate => {
  const data = (rendering: Rendering) => (value: Expression | undefined) =>
    value && dataOf(value(rendering), rendering);
  if (filter.isOpen) {
    return (rendering) => {
      const values = args.values.map(data(rendering));
      if (args.named.length === 0) return [values, noNames];
      return [values, new Map(args.named.map(([key, value]) => [key, dataOf(value(rendering), rendering)]))];
    };
  }
  const slots: (Expression | undefined)[] = [...args.values];
  for (const [key, value] of args.named) {
    const index = filter.params.indexOf(key);
    if (index < 0 || slots[index])
      failAt(`${name} has no argument ${key}${listed(filter)}.`, node, compilation);
    slots[index] = value;
  }
  const given = slots.filter((slot) => slot !== undefined).length;
  if (slots.length > filter.params.length || given < (filter.required ?? 0))
    failAt(`${name} takes ${arity(filter)}, not ${given}${listed(filter)}.`, node, compilation);
  const filled = filter.params.slice(0, slots.length).map((_, index) => slots[index]);
  return filled.length === 0 ? () => [none, noNames] : (rendering) => [filled.map(data(rendering)), noNames];
};

const none: readonly Value[] = [];

const listed = ({ params }: Filter) => (params.length === 0 ? '' : ` (${params.join(', ')})`);

const arity = ({ params, required = 0 }: Filter) => {
  if (params.length === 0) return 'no arguments';
  return required === params.length ? `${required} arguments` : `${required} to ${params.length} arguments`;
};

const applyTest = (
  node: Identifier | Call,
  name: string,
  isNegated: boolean,
  operand: Expression,
  args: CompiledArguments,
  compilation: Compilation,
): Expression => {
  const test = testNamed(name, args.values.length + args.named.length);
  if (typeof test === 'string') return failAt(test, node, compilation);
  const place = placeOfNode(node, compilation) ?? { line: 1, column: 1 };
  const [argument] = [...args.values, ...args.named.map(([, value]) => value)];
  return (rendering): JinjaValue => {
    const value = dataOf(operand(rendering), rendering);
    const other = argument && dataOf(argument(rendering), rendering);
    rendering.at = place;
    spend(rendering, 1);
    return test(value, other, rendering) !== isNegated;
  };
};
