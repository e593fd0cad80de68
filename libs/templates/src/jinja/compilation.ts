import type { Document } from '../output/document.ts';
import { type Place, TemplateFailure } from '../problem.ts';
import { isRootName, type Reference } from '../reference.ts';
import type { Expression as Node, Identifier } from './ast.ts';
import { nameOf, offsetOfName } from './token.ts';
import type { Expression } from './value.ts';

export type Compilation = Readonly<{
  document: Document;
  placeAt: (offset: number) => Place;
  references: Reference[];
  /** Every name that the template gives a meaning of its own, anywhere. */
  ownNames: ReadonlySet<string>;
  nesting: number;
  /** Of an expression within another. */
  compile: (node: Node, compilation: Compilation) => Expression;
}>;

/** A `~` of 200 texts is long, one of 1,000 is no template; the bound keeps the recursion off the stack's end. */
const nestingMax = 200;

/** @throws TemplateFailure when an expression is nested too deep. */
export const nested = (compilation: Compilation, node: Node): Compilation => {
  if (compilation.nesting < nestingMax) return { ...compilation, nesting: compilation.nesting + 1 };
  throw new TemplateFailure(
    `An expression may have ${nestingMax} parts within each other.`,
    placeOfNode(node, compilation),
  );
};

/** Where a node stands: a name knows its place, an operator too; undefined for what has neither. */
export const placeOfNode = (node: Node, { placeAt }: Compilation): Place | undefined => {
  const offset = offsetOf(node);
  return offset === undefined ? undefined : placeAt(offset);
};

const offsetOf = (node: Node): number | undefined => {
  switch (node.type) {
    case 'Identifier':
      return offsetOfName(node.value);
    case 'BinaryExpression':
    case 'UnaryExpression':
      return node.operator.offset;
    case 'MemberExpression':
      return offsetOf(node.object);
    case 'CallExpression':
      return offsetOf(node.callee);
    case 'FilterExpression':
      return offsetOf(node.filter);
    case 'TestExpression':
      return offsetOf(node.test);
    case 'KeywordArgumentExpression':
      return offsetOf(node.key);
    case 'TupleLiteral':
    case 'ArrayLiteral':
      return node.value.map(offsetOf).find((offset) => offset !== undefined);
    case 'SelectExpression':
      return offsetOf(node.lhs) ?? offsetOf(node.test);
    case 'Ternary':
      return offsetOf(node.trueExpr) ?? offsetOf(node.condition);
    default:
      return undefined;
  }
};

export const failAt = (message: string, node: Node, compilation: Compilation): never => {
  throw new TemplateFailure(message, placeOfNode(node, compilation));
};

/** @throws TemplateFailure where `lib` stands without a helper's name and a call */
export const note = (identifier: Identifier, members: readonly string[], compilation: Compilation): void => {
  const name = nameOf(identifier.value);
  const isOwn = compilation.ownNames.has(name);
  if (isOwn && !isRootName(name)) return;
  if (name === 'lib' && !isOwn)
    failAt('lib holds helpers and no data: call one, as in lib.to_money(value).', identifier, compilation);
  const place = placeOfNode(identifier, compilation) ?? { line: 1, column: 1 };
  compilation.references.push({ path: [name, ...members], place, isPerhapsOwn: isOwn });
};
