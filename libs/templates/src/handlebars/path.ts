import type { Location, PathExpression } from './ast.ts';
import { type Place, TemplateFailure } from '../problem.ts';
import type { Expression, Rendering, Scope } from './rendering.ts';
import { isRootName } from '../reference.ts';
import { type Compilation, depthOf } from './scope.ts';
import { member, memberAt, type Value } from '../value.ts';

export const placeOfNode = ({ start }: Location): Place => ({ line: start.line, column: start.column + 1 });

/** `./name` and `this.name` ask for data and for nothing else. */
const isScoped = ({ original }: PathExpression) => /^(?:\.|this\b)/.test(original);

/** A bare name, which may be a helper's. */
export const simpleName = (path: PathExpression): string | undefined =>
  path.parts.length === 1 && path.depth === 0 && !path.data && !isScoped(path) ? path.parts[0] : undefined;

/** What a call names: `upper` or `lib.upper`. */
export const helperName = (path: PathExpression): string | undefined => {
  const [lib, name] = path.parts;
  const isOfLib = path.parts.length === 2 && lib === 'lib' && path.depth === 0 && !path.data;
  return isOfLib && !isScoped(path) ? name : simpleName(path);
};

/** Longer paths than any data is deep; they would make a step as slow as they are long. */
const pathPartsMax = 32;

/** @throws TemplateFailure when there is no such path. */
export const compilePath = (path: PathExpression, compilation: Compilation): Expression => {
  const { depth, parts } = path;
  if (parts.length + depth > pathPartsMax) {
    throw new TemplateFailure(`A path may have ${pathPartsMax} parts.`, placeOfNode(path.loc));
  }
  if (path.data) return compileData(path, compilation);
  if (parts.length === 0) {
    if (depth >= depthOf(compilation.scope)) note(path, compilation);
    return ({ scope }) => ancestor(scope, depth)?.value;
  }
  if (depth === 0 && !isScoped(path)) return compileBare(path, compilation);
  if (depth === depthOf(compilation.scope)) note(path, compilation);
  return depth === 0 ? ofScope(parts) : ({ scope }) => memberAt(ancestor(scope, depth)?.value, parts);
};

/** The innermost meaning of a name: a block's parameter, a member of the value around it, the context. */
const compileBare = (path: PathExpression, compilation: Compilation): Expression => {
  const [name = '', ...rest] = path.parts;
  const bound = boundName(name, compilation);
  if (bound) return ({ scope }) => memberAt(ancestor(scope, bound.depth)?.params[bound.index], rest);
  const isOfRoot = compilation.scope.parent === undefined;
  if (name === 'lib') throw new TemplateFailure(helperWithoutCall(path), placeOfNode(path.loc));
  if (isOfRoot || isRootName(name)) note(path, compilation);
  return isOfRoot || !isRootName(name) ? ofScope(path.parts) : ofScopeOrRoot(name, path.parts);
};

const note = (path: PathExpression, { references }: Compilation, parts = path.parts) => {
  references.push({ path: parts, place: placeOfNode(path.loc) });
};

const helperWithoutCall = ({ original, parts: [, name = 'helper'] }: PathExpression) =>
  `${original} is no data: lib holds the helpers, which take arguments, as in {{lib.${name} value}}.`;

const ancestor = (scope: Scope, depth: number): Scope | undefined => {
  let found: Scope | undefined = scope;
  for (let i = 0; i < depth; i++) found = found?.parent;
  return found;
};

const boundName = (name: string, { scope }: Compilation) => {
  let depth = 0;
  for (let inner: typeof scope | undefined = scope; inner; inner = inner.parent, depth++) {
    const index = inner.blockParams.indexOf(name);
    if (index >= 0) return { depth, index };
  }
  return undefined;
};

const ofScope = (parts: readonly string[]): Expression => {
  const [first = '', second] = parts;
  if (parts.length === 1) return ({ scope }) => member(scope.value, first);
  if (parts.length === 2 && second !== undefined) {
    return ({ scope }) => member(member(scope.value, first), second);
  }
  return ({ scope }) => memberAt(scope.value, parts);
};

/** The names of the context reach into blocks, unless the block's own value has a member of that name. */
const ofScopeOrRoot =
  (name: string, parts: readonly string[]): Expression =>
  ({ scope, root }) =>
    memberAt(member(scope.value, name) === undefined ? root : scope.value, parts);

const loopNames = ['index', 'key', 'first', 'last'];

const compileData = (path: PathExpression, compilation: Compilation): Expression => {
  const [name = '', ...rest] = path.parts;
  if (name === 'root') {
    note(path, compilation, rest);
    return ({ root }) => memberAt(root, rest);
  }
  if (!loopNames.includes(name) || rest.length > 0) {
    const known = loopNames.map((loopName) => `@${loopName}`).join(', ');
    throw new TemplateFailure(
      `There is no ${path.original}; there are @root, ${known}.`,
      placeOfNode(path.loc),
    );
  }
  const { depth } = path;
  return (rendering) => loopValue(rendering, depth, name);
};

const loopValue = ({ scope }: Rendering, depth: number, name: string): Value => {
  let inner = ancestor(scope, depth);
  while (inner && !inner.loop) inner = inner.parent;
  const loop = inner?.loop;
  if (!loop) return undefined;
  if (name === 'index') return loop.index;
  if (name === 'key') return loop.key;
  return name === 'first' ? loop.index === 0 : loop.last;
};
