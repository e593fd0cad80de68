import type { Expression as Node } from './ast.ts';
import { type Compilation, failAt } from './compilation.ts';
import { nameOf } from './token.ts';
import type { Arguments, Expression, JinjaValue, Rendering } from './value.ts';

/** The arguments of a call, before they have values. */
export type CompiledArguments = Readonly<{
  values: readonly Expression[];
  named: readonly (readonly [name: string, value: Expression])[];
}>;

/** @throws TemplateFailure when a name is given twice */
export const compileArguments = (nodes: readonly Node[], compilation: Compilation): CompiledArguments => {
  const values: Expression[] = [];
  const named = new Map<string, Expression>();
  for (const node of nodes) {
    if (node.type !== 'KeywordArgumentExpression') {
      values.push(compilation.compile(node, compilation));
      continue;
    }
    const name = nameOf(node.key.value);
    if (named.has(name)) failAt(`The argument ${name} is given twice.`, node, compilation);
    named.set(name, compilation.compile(node.value, compilation));
  }
  return { values, named: [...named] };
};

const noNames: ReadonlyMap<string, JinjaValue> = new Map();

export const evaluateArguments = (args: CompiledArguments, rendering: Rendering): Arguments => ({
  values: args.values.map((value) => value(rendering)),
  named:
    args.named.length === 0 ? noNames : new Map(args.named.map(([name, value]) => [name, value(rendering)])),
});
