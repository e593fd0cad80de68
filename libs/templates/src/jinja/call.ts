import { helpers } from '../helper/helpers.ts';
import { misuse } from '../helper/misuse.ts';
import { nearest } from '../nearest.ts';
import { TemplateFailure } from '../problem.ts';
import { rescued, spend } from '../rendering.ts';
import type { Value } from '../value.ts';
import { compileArguments, evaluateArguments, type CompiledArguments } from './arguments.ts';
import type { Call, Identifier, Member } from './ast.ts';
import { type Compilation, failAt, placeOfNode } from './compilation.ts';
import { asWritten } from './fragment.ts';
import { globals } from './global.ts';
import { methodNamed } from './method.ts';
import { nameOf } from './token.ts';
import { callOf, dataOf, type Expression, isCallable } from './value.ts';

/** @throws TemplateFailure when there is nothing of that name to call, or the arguments do not fit */
export const compileCall = (node: Call, compilation: Compilation): Expression => {
  const { callee } = node;
  const args = compileArguments(node.args, compilation);
  if (callee.type === 'Identifier') return compileFunction(callee, args, compilation);
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    const name = nameOf(callee.property.value);
    if (isOfLib(callee, compilation)) return compileHelper(name, node, args, compilation);
    if (isOfLoop(callee) && name === 'cycle') return compileCycle(callee, args, compilation);
    return compileMethod(callee, name, args, compilation);
  }
  return failAt('Only functions, macros, methods and the helpers of lib can be called.', node, compilation);
};

const isOfLib = ({ object }: Member, { ownNames }: Compilation) =>
  object.type === 'Identifier' && nameOf(object.value) === 'lib' && !ownNames.has('lib');

const isOfLoop = ({ object }: Member) => object.type === 'Identifier' && nameOf(object.value) === 'loop';

const compileFunction = (
  callee: Identifier,
  args: CompiledArguments,
  compilation: Compilation,
): Expression => {
  const name = nameOf(callee.value);
  const place = placeOfNode(callee, compilation) ?? { line: 1, column: 1 };
  if (!compilation.ownNames.has(name)) {
    const known = globals.get(name);
    if (!known) return failAt(unknownFunction(name, compilation), callee, compilation);
    return (rendering) => {
      rendering.at = place;
      spend(rendering, 1);
      return known(evaluateArguments(args, rendering), rendering);
    };
  }
  const callable = compilation.compile(callee, compilation);
  return (rendering) => {
    const called = callable(rendering);
    const given = evaluateArguments(args, rendering);
    rendering.at = place;
    spend(rendering, 1);
    if (!isCallable(called)) throw new TemplateFailure(`${name} is no macro or function here.`);
    return callOf(called)(given, rendering);
  };
};

const unknownFunction = (name: string, { ownNames }: Compilation): string => {
  if (name === 'loop') return 'Loops are not recursive; write a macro that calls itself.';
  if (helpers.has(name)) return `There is no function ${name}; write lib.${name}(…).`;
  const near = nearest(name, [...globals.keys(), ...ownNames]);
  return near === undefined
    ? `There is no function ${name}; there are ${[...globals.keys()].join(', ')}, the helpers of lib, and macros.`
    : `There is no function ${name}; did you mean ${near}?`;
};

const compileHelper = (
  name: string,
  node: Call,
  args: CompiledArguments,
  compilation: Compilation,
): Expression => {
  const helper = helpers.get(name);
  if (!helper) {
    const near = nearest(name, helpers.keys());
    const rest =
      near === undefined
        ? `; there are ${[...helpers.keys()].sort().join(', ')}.`
        : `; did you mean lib.${near}?`;
    return failAt(`There is no lib.${name}${rest}`, node, compilation);
  }
  const complaint = misuse(
    helper,
    args.values.length,
    args.named.map(([option]) => option),
  );
  if (complaint !== undefined) failAt(`lib.${name} ${complaint}.`, node, compilation);
  const place = placeOfNode(node, compilation) ?? { line: 1, column: 1 };
  return (rendering) => {
    const data = (value: Expression): Value => dataOf(value(rendering), rendering);
    const values = args.values.map((value, index) =>
      index === 0 && helper.rescues === true ? rescued(() => data(value), rendering) : data(value),
    );
    const options = Object.fromEntries(args.named.map(([option, value]) => [option, data(value)]));
    rendering.at = place;
    spend(rendering, 1);
    return asWritten(helper.call(values, rendering, options), helper.writes);
  };
};

const compileMethod = (
  callee: Member,
  name: string,
  args: CompiledArguments,
  compilation: Compilation,
): Expression => {
  const method = methodNamed(name);
  if (typeof method === 'string') return failAt(method, callee.property, compilation);
  const object = compilation.compile(callee.object, compilation);
  const place = placeOfNode(callee.property, compilation) ?? { line: 1, column: 1 };
  return (rendering) => {
    const value = dataOf(object(rendering), rendering);
    const { values, named } = evaluateArguments(args, rendering);
    rendering.at = place;
    spend(rendering, 1);
    if (named.size > 0) throw new TemplateFailure(`${name}() takes no named arguments.`);
    return method(
      value,
      values.map((given) => dataOf(given, rendering)),
      rendering,
    );
  };
};

const compileCycle = (callee: Member, args: CompiledArguments, compilation: Compilation): Expression => {
  const { object } = callee;
  const loop = compilation.compile(object, compilation);
  if (args.values.length === 0) failAt('loop.cycle needs at least one argument.', callee, compilation);
  return (rendering) => {
    const state = dataOf(loop(rendering), rendering);
    const index = typeof state === 'object' && state !== null && 'index0' in state ? Number(state.index0) : 0;
    return args.values[index % args.values.length]?.(rendering);
  };
};
