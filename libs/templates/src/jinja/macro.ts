import { nearest } from '../nearest.ts';
import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import { compileArguments, evaluateArguments } from './arguments.ts';
import type { CallBlock, Identifier, Keyword, Macro } from './ast.ts';
import { type Compilation, failAt, placeOfNode } from './compilation.ts';
import { recorder, replay, isFragment } from './fragment.ts';
import type { CompileBody } from './statement.ts';
import { nameOf } from './token.ts';
import {
  callable,
  callOf,
  type Callable,
  type Expression,
  isCallable,
  type JinjaValue,
  type Rendering,
  type Scope,
  type Step,
} from './value.ts';

/** Macros may call themselves, which the steps bound in number and this in depth: each takes room on the stack. */
const depthMax = 32;

type Parameter = Readonly<{ name: string; fallback: Expression | undefined }>;

const compileParameters = (
  nodes: readonly (Identifier | Keyword)[],
  compilation: Compilation,
): readonly Parameter[] => {
  const names = new Set<string>();
  return nodes.map((node) => {
    const name = nameOf(node.type === 'Identifier' ? node.value : node.key.value);
    if (names.has(name)) failAt(`The parameter ${name} is declared twice.`, node, compilation);
    names.add(name);
    return {
      name,
      fallback: node.type === 'Identifier' ? undefined : compilation.compile(node.value, compilation),
    };
  });
};

/** `{% macro name(a, b=1) %}…{% endmacro %}` */
export const compileMacro = (statement: Macro, compilation: Compilation, compileBody: CompileBody): Step => {
  const name = nameOf(statement.name.value);
  const parameters = compileParameters(statement.args, compilation);
  const body = compileBody(statement.body, compilation);
  return (rendering) => {
    const { scope } = rendering;
    scope.vars.set(name, macroOf(name, parameters, body, scope));
    return undefined;
  };
};

const macroOf = (name: string, parameters: readonly Parameter[], body: Step, scope: Scope): Callable =>
  callable(({ values, named }, rendering) => {
    if (values.length > parameters.length)
      throw new TemplateFailure(
        `The macro ${name} takes ${parameters.length} arguments, not ${values.length}.`,
      );
    const unknown = [...named.keys()].find(
      (key) => key !== 'caller' && !parameters.some((known) => known.name === key),
    );
    if (unknown !== undefined) throw new TemplateFailure(unknownParameter(name, unknown, parameters));
    return within({ vars: new Map(), parent: scope }, rendering, (vars) => {
      const caller = named.get('caller');
      if (caller !== undefined) vars.set('caller', caller);
      for (const [index, parameter] of parameters.entries()) {
        const given = index < values.length ? values[index] : named.get(parameter.name);
        vars.set(parameter.name, given === undefined ? parameter.fallback?.(rendering) : given);
      }
      return recorded(body, rendering);
    });
  });

const unknownParameter = (name: string, unknown: string, parameters: readonly Parameter[]) => {
  const near = nearest(
    unknown,
    parameters.map((parameter) => parameter.name),
  );
  return `The macro ${name} has no parameter ${unknown}${near === undefined ? '' : `; did you mean ${near}?`}`;
};

const within = (
  scope: Scope,
  rendering: Rendering,
  perform: (vars: Scope['vars']) => JinjaValue,
): JinjaValue => {
  if (rendering.depth >= depthMax) throw new TemplateFailure(`Macros may call each other ${depthMax} deep.`);
  const outer = rendering.scope;
  rendering.depth++;
  rendering.scope = scope;
  const value = perform(scope.vars);
  rendering.scope = outer;
  rendering.depth--;
  return value;
};

const recorded = (body: Step, rendering: Rendering): JinjaValue => {
  const { out, fragment } = recorder(rendering);
  const outer = rendering.out;
  rendering.out = out;
  body(rendering);
  rendering.out = outer;
  return fragment();
};

/** `{% call(item) list_of(items) %}…{% endcall %}`: the macro's `caller(item)` is the text between. */
export const compileCallBlock = (
  statement: CallBlock,
  compilation: Compilation,
  compileBody: CompileBody,
): Step => {
  const { call, callerArgs } = statement;
  const args = compileArguments(call.args, compilation);
  const callee = compilation.compile(call.callee, compilation);
  const parameters = compileParameters(callerArgs ?? [], compilation);
  const body = compileBody(statement.body, compilation);
  const place = placeOfNode(call, compilation) ?? { line: 1, column: 1 };
  return (rendering) => {
    const called = callee(rendering);
    const given = evaluateArguments(args, rendering);
    rendering.at = place;
    spend(rendering, 1);
    if (!isCallable(called)) throw new TemplateFailure('{% call %} needs the name of a macro.');
    const caller = macroOf('caller', parameters, body, rendering.scope);
    const written = callOf(called)(
      { ...given, named: new Map([...given.named, ['caller', caller]]) },
      rendering,
    );
    if (isFragment(written)) replay(written, rendering.out, rendering);
    return undefined;
  };
};
