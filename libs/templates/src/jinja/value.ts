import { TemplateFailure } from '../problem.ts';
import type { Rendering as SharedRendering } from '../rendering.ts';
import { isList, isObject, type Value } from '../value.ts';
import { type Fragment, isFragment, textOfFragment } from './fragment.ts';

/** Template variables of one block; names that are not found here are looked for further out. */
export type Scope = Readonly<{ vars: Map<string, JinjaValue>; parent: Scope | undefined }>;

export type Rendering = SharedRendering & {
  scope: Scope;
  /** How many macros are under way inside each other. */
  depth: number;
};

const callableTag = Symbol('callable');
const namespaceTag = Symbol('namespace');

export type Arguments = Readonly<{
  values: readonly JinjaValue[];
  named: ReadonlyMap<string, JinjaValue>;
}>;

/** A macro, `caller` or what `joiner` gives: made by the template, never by its data. */
export type Callable = Readonly<{
  [callableTag]: (args: Arguments, rendering: Rendering) => JinjaValue;
}>;

/** `namespace(…)`: the one thing whose members a template may change. */
export type Namespace = Readonly<{ [namespaceTag]: Map<string, JinjaValue> }>;

export type JinjaValue = Value | Fragment | Callable | Namespace;

export type Expression = (rendering: Rendering) => JinjaValue;

/** What a statement says to the loop around it. */
export type Signal = 'break' | 'continue' | undefined;
export type Step = (rendering: Rendering) => Signal;

export const callable = (call: Callable[typeof callableTag]): Callable => ({ [callableTag]: call });
export const isCallable = (value: JinjaValue): value is Callable =>
  typeof value === 'object' && value !== null && callableTag in value;
export const callOf = (value: Callable) => value[callableTag];

export const namespace = (members: Map<string, JinjaValue>): Namespace => ({ [namespaceTag]: members });
export const isNamespace = (value: JinjaValue): value is Namespace =>
  typeof value === 'object' && value !== null && namespaceTag in value;
export const membersOf = (value: Namespace) => value[namespaceTag];

/** The value as data: what a template captured is its text, and what it can call is not data. */
export const dataOf = (value: JinjaValue, rendering: Rendering): Value => {
  if (typeof value !== 'object' || value === null || isPlain(value)) return value;
  if (isFragment(value)) return textOfFragment(value, rendering);
  if (!isNamespace(value)) throw new TemplateFailure('A macro is no value; call it with ().');
  const members = [...membersOf(value)].map(
    ([name, member]) => [name, dataOf(member, rendering) ?? null] as const,
  );
  return Object.fromEntries(members);
};

type Plain = Extract<Value, object>;

const isPlain = (value: Exclude<JinjaValue, string | number | boolean | null | undefined>): value is Plain =>
  Array.isArray(value) || !(isFragment(value) || isCallable(value) || isNamespace(value));

/** As Python has it: nothing, false, zero and what is empty are false. */
export const isTrue = (value: JinjaValue, rendering: Rendering): boolean => {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  if (isFragment(value)) return textOfFragment(value, rendering) !== '';
  if (isCallable(value) || isNamespace(value)) return true;
  if (isList(value)) return value.length > 0;
  return isObject(value) && hasMembers(value);
};

const hasMembers = (value: object): boolean => {
  for (const _ in value) return true;
  return false;
};
