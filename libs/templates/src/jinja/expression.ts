import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import { memberAt, type Value } from '../value.ts';
import type { Expression as Node, Identifier, Member, Select, Ternary, Test, Unary } from './ast.ts';
import { compileCall } from './call.ts';
import { type Compilation, failAt, nested, note, placeOfNode } from './compilation.ts';
import { compileFilter } from './filter-call.ts';
import { attribute, slice } from './member.ts';
import { numberIn } from './number.ts';
import { compileBinary } from './operator.ts';
import { testNamed } from './test.ts';
import { nameOf, stringMark } from './token.ts';
import { dataOf, type Expression, isTrue, type JinjaValue, type Rendering } from './value.ts';

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...['true', 'True'].map((name) => [name, true] as const),
  ...['false', 'False'].map((name) => [name, false] as const),
  ...['none', 'None', 'null'].map((name) => [name, null] as const),
]);

/** @throws TemplateFailure at what an expression may not say */
export const compileExpression = (node: Node, outer: Compilation): Expression => {
  const compilation = nested(outer, node);
  switch (node.type) {
    case 'Identifier':
      return compileName(node, [], compilation);
    case 'IntegerLiteral':
    case 'FloatLiteral': {
      const { value } = node;
      return () => value;
    }
    case 'StringLiteral': {
      const value = node.value.slice(stringMark.length);
      return () => value;
    }
    case 'ArrayLiteral':
    case 'TupleLiteral':
      return compileList(node.value, compilation);
    case 'ObjectLiteral':
      return compileObject(node.value, compilation);
    case 'MemberExpression':
      return compileMember(node, compilation);
    case 'CallExpression':
      return compileCall(node, compilation);
    case 'FilterExpression':
      return compileFilter(node, compilation);
    case 'TestExpression':
      return compileTest(node, compilation);
    case 'BinaryExpression':
      return compileBinary(node, compilation);
    case 'UnaryExpression':
      return compileUnary(node, compilation);
    case 'SelectExpression':
      return compileSelect(node, compilation);
    case 'Ternary':
      return compileTernary(node, compilation);
    case 'SliceExpression':
    case 'KeywordArgumentExpression':
    case 'SpreadExpression':
    case 'KeywordSpreadExpression':
      return failAt(
        'Lists of arguments cannot be unpacked with * and **; write each argument.',
        node,
        compilation,
      );
  }
};

/** A name of the template's own, wherever it was set, or else of the context. */
const compileName = (
  identifier: Identifier,
  members: readonly string[],
  compilation: Compilation,
): Expression => {
  const name = nameOf(identifier.value);
  if (members.length === 0 && constants.has(name)) {
    const value = constants.get(name);
    return () => value;
  }
  note(identifier, members, compilation);
  const path = [name, ...members];
  const isOfContext = !compilation.ownNames.has(name);
  // A character of a text is no member of it.
  if (isOfContext && !members.some(isIndex)) return ({ root }) => memberAt(root, path);
  return (rendering) => {
    const found = lookUp(name, rendering);
    if (members.length === 0) return found;
    let value = found;
    for (const member of members) value = attribute(value, member);
    return value;
  };
};

const isIndex = (member: string) => /^\d+$/.test(member);

const lookUp = (name: string, { scope, root }: Rendering): JinjaValue => {
  for (let inner: typeof scope | undefined = scope; inner; inner = inner.parent) {
    const found = inner.vars.get(name);
    if (found !== undefined || inner.vars.has(name)) return found;
  }
  return memberAt(root, [name]);
};

/** `a.b[0]['c']` as a name and its members; undefined where a part is known only at run time. */
const staticPath = (node: Node): Readonly<{ root: Identifier; members: readonly string[] }> | undefined => {
  const members: string[] = [];
  let inner = node;
  while (inner.type === 'MemberExpression') {
    const key = staticKey(inner);
    if (key === undefined) return undefined;
    members.unshift(key);
    inner = inner.object;
  }
  return inner.type === 'Identifier' ? { root: inner, members } : undefined;
};

const pathPartsMax = 32;

const staticKey = ({ property, computed }: Member): string | undefined => {
  if (property.type === 'StringLiteral') return property.value.slice(stringMark.length);
  if (property.type === 'IntegerLiteral') return String(property.value);
  return !computed && property.type === 'Identifier' ? nameOf(property.value) : undefined;
};

const compileMember = (node: Member, compilation: Compilation): Expression => {
  const path = staticPath(node);
  if (path) {
    if (path.members.length > pathPartsMax)
      failAt(`A path may have ${pathPartsMax} parts.`, node, compilation);
    return compileName(path.root, path.members, compilation);
  }
  const object = compileExpression(node.object, compilation);
  if (node.property.type === 'SliceExpression') return compileSlice(node, object, compilation);
  const fixed = staticKey(node);
  if (fixed !== undefined) return (rendering) => attribute(object(rendering), fixed);
  const property = compileExpression(node.property, compilation);
  return (rendering) => attribute(object(rendering), dataOf(property(rendering), rendering));
};

const compileSlice = ({ property }: Member, object: Expression, compilation: Compilation): Expression => {
  if (property.type !== 'SliceExpression') return object;
  const { start, stop, step } = property;
  const parts = [start, stop, step].map((part) => part && compileExpression(part, compilation));
  const place = placeOfNode(property, compilation);
  return (rendering) => {
    if (place) rendering.at = place;
    const bounds = parts.map((part) => {
      const bound = part && dataOf(part(rendering), rendering);
      return bound === undefined || bound === null ? undefined : numberIn(bound, 'A slice');
    });
    return slice(dataOf(object(rendering), rendering), bounds, rendering);
  };
};

const compileList = (nodes: readonly Node[], compilation: Compilation): Expression => {
  const elements = nodes.map((node) => compileExpression(node, compilation));
  return (rendering) => {
    spend(rendering, 1);
    return elements.map((element) => dataOf(element(rendering), rendering) ?? null);
  };
};

const compileObject = (nodes: ReadonlyMap<Node, Node>, compilation: Compilation): Expression => {
  const members = [...nodes].map(
    ([key, value]) => [compileExpression(key, compilation), compileExpression(value, compilation)] as const,
  );
  return (rendering) => {
    spend(rendering, 1);
    return Object.fromEntries(
      members.map(([key, value]) => [keyOf(key(rendering)), dataOf(value(rendering), rendering) ?? null]),
    );
  };
};

const keyOf = (key: JinjaValue): string => {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw new TemplateFailure('The name of a member must be a text or a number.');
};

const compileTernary = (node: Ternary, compilation: Compilation): Expression => {
  const condition = compileExpression(node.condition, compilation);
  const whenTrue = compileExpression(node.trueExpr, compilation);
  const whenFalse = compileExpression(node.falseExpr, compilation);
  return (rendering) =>
    isTrue(condition(rendering), rendering) ? whenTrue(rendering) : whenFalse(rendering);
};

/** `a if b`, without an else: what is not chosen is nothing. */
const compileSelect = ({ lhs, test }: Select, compilation: Compilation): Expression => {
  const value = compileExpression(lhs, compilation);
  const condition = compileExpression(test, compilation);
  return (rendering) => (isTrue(condition(rendering), rendering) ? value(rendering) : undefined);
};

const compileTest = (node: Test, compilation: Compilation): Expression => {
  const name = nameOf(node.test.value);
  const test = testNamed(name, 0);
  if (typeof test === 'string') return failAt(test, node, compilation);
  const operand = compileExpression(node.operand, compilation);
  const { negate } = node;
  return (rendering) => {
    spend(rendering, 1);
    return test(dataOf(operand(rendering), rendering), undefined, rendering) !== negate;
  };
};

const compileUnary = (node: Unary, compilation: Compilation): Expression => {
  const argument = compileExpression(node.argument, compilation);
  const { value: sign } = node.operator;
  if (sign === 'not') return (rendering) => !isTrue(argument(rendering), rendering);
  const place = placeOfNode(node, compilation);
  return (rendering) => {
    const value = dataOf(argument(rendering), rendering);
    if (place) rendering.at = place;
    const number = numberIn(value, sign);
    return sign === '-' ? -number : number;
  };
};
