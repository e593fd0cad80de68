import { shown } from '../helper/helper.ts';
import { TemplateFailure } from '../problem.ts';
import { charsPerStep, spend } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';
import { assignment } from './assignment.ts';
import type { For } from './ast.ts';
import { type Compilation, placeOfNode } from './compilation.ts';
import type { CompileBody } from './statement.ts';
import { charactersOf } from './text.ts';
import { dataOf, isTrue, type Rendering, type Step } from './value.ts';

/** `{% for x in list if condition %}…{% else %}…{% endfor %}` */
export const compileFor = (statement: For, compilation: Compilation, compileBody: CompileBody): Step => {
  const { iterable, loopvar } = statement;
  const isFiltered = iterable.type === 'SelectExpression';
  const list = compilation.compile(isFiltered ? iterable.lhs : iterable, compilation);
  const condition = isFiltered ? compilation.compile(iterable.test, compilation) : undefined;
  const assign = assignment(loopvar, compilation);
  const body = compileBody(statement.body, compilation);
  const otherwise = compileBody(statement.defaultBlock, compilation);
  const place = placeOfNode(iterable, compilation) ??
    placeOfNode(loopvar, compilation) ?? { line: 1, column: 1 };
  const isWanted = (element: Value, rendering: Rendering): boolean => {
    spend(rendering, 1);
    assign(element, rendering);
    return condition === undefined || isTrue(condition(rendering), rendering);
  };
  return (rendering) => {
    const value = dataOf(list(rendering), rendering);
    rendering.at = place;
    const elements = elementsOf(value, rendering);
    const { scope } = rendering;
    const enter = () => {
      rendering.scope = { vars: new Map(), parent: scope };
    };
    enter();
    const wanted = condition ? elements.filter((element) => isWanted(element, rendering)) : elements;
    const depth = depthOf(scope) + 1;
    for (const [index, element] of wanted.entries()) {
      spend(rendering, 1);
      enter();
      assign(element, rendering);
      rendering.scope.vars.set('loop', loopAt(wanted, index, depth));
      if (body(rendering) === 'break') break;
    }
    rendering.scope = scope;
    return wanted.length === 0 ? otherwise(rendering) : undefined;
  };
};

const elementsOf = (value: Value, rendering: Rendering): readonly Value[] => {
  if (isList(value)) return value;
  if (value === undefined || value === null) return [];
  if (isObject(value)) {
    const names = Object.keys(value);
    spend(rendering, names.length / charsPerStep);
    return names;
  }
  if (typeof value !== 'string')
    throw new TemplateFailure(`A loop goes through a list, an object or a text, but got ${shown(value)}.`);
  spend(rendering, value.length / charsPerStep);
  return charactersOf(value);
};

const depthOf = (scope: Rendering['scope']): number => {
  let depth = 0;
  for (let inner: typeof scope | undefined = scope; inner; inner = inner.parent)
    if (inner.vars.has('loop')) depth++;
  return depth;
};

const loopAt = (elements: readonly Value[], index: number, depth: number) => ({
  index: index + 1,
  index0: index,
  revindex: elements.length - index,
  revindex0: elements.length - index - 1,
  first: index === 0,
  last: index === elements.length - 1,
  length: elements.length,
  depth,
  depth0: depth - 1,
  previtem: elements[index - 1] ?? null,
  nextitem: elements[index + 1] ?? null,
});
