import { shown } from '../helper/helper.ts';
import { TemplateFailure } from '../problem.ts';
import { isList, isObject, type Value } from '../value.ts';
import type { Expression as Node } from './ast.ts';
import { type Compilation, failAt, placeOfNode } from './compilation.ts';
import { nameOf } from './token.ts';
import { dataOf, isNamespace, type JinjaValue, membersOf, type Rendering } from './value.ts';

export type Assign = (value: JinjaValue, rendering: Rendering) => void;

/** `x`, `a, b` or `namespace.x`. @throws TemplateFailure for anything else, as data is never changed */
export const assignment = (node: Node, compilation: Compilation): Assign => {
  if (node.type === 'Identifier') {
    const name = nameOf(node.value);
    return (value, { scope }) => scope.vars.set(name, value);
  }
  if (node.type === 'TupleLiteral') return unpacking(node.value, compilation);
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier')
    return failAt('Only a name can be set, or a member of a namespace().', node, compilation);
  const object = compilation.compile(node.object, compilation);
  const name = nameOf(node.property.value);
  const place = placeOfNode(node, compilation) ?? { line: 1, column: 1 };
  return (value, rendering) => {
    const target = object(rendering);
    rendering.at = place;
    if (!isNamespace(target))
      throw new TemplateFailure('Data cannot be changed; only the members of a namespace() can be set.');
    membersOf(target).set(name, isNamespace(value) ? dataOf(value, rendering) : value);
  };
};

const unpacking = (nodes: readonly Node[], compilation: Compilation): Assign => {
  const assigns = nodes.map((node) => assignment(node, compilation));
  return (value, rendering) => {
    const values = partsOf(dataOf(value, rendering));
    if (values.length !== assigns.length) {
      throw new TemplateFailure(`${assigns.length} names cannot take ${values.length} values.`);
    }
    for (const [index, assign] of assigns.entries()) assign(values[index], rendering);
  };
};

/** A list of as many, or what `groupby` gives. */
const partsOf = (value: Value): readonly Value[] => {
  if (isList(value)) return value;
  if (isObject(value) && Object.keys(value).join() === 'grouper,list') return Object.values(value);
  throw new TemplateFailure(
    `Several names take a list apart, such as a pair of items(), but got ${shown(value)}.`,
  );
};
