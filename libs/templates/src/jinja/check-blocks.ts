import { nearest } from '../nearest.ts';
import { TemplateFailure } from '../problem.ts';
import type { Place } from '../problem.ts';
import { nameOf, type Token } from './token.ts';

const blocksMax = 32;

const ends: Readonly<Record<string, string>> = {
  if: 'endif',
  for: 'endfor',
  macro: 'endmacro',
  call: 'endcall',
  filter: 'endfilter',
  set: 'endset',
};
const openerOf: ReadonlyMap<string, string> = new Map(Object.entries(ends).map(([open, end]) => [end, open]));
const inner: Readonly<Record<string, readonly string[]>> = { elif: ['if'], else: ['if', 'for'] };
const simple: readonly string[] = ['break', 'continue'];

const absent: Readonly<Record<string, string>> = {
  include: 'Templates cannot include others; repeat the text or write a macro.',
  import: 'Templates cannot import others; write the macro in this one.',
  from: 'Templates cannot import others; write the macro in this one.',
  extends: 'Templates cannot extend others.',
  block: 'Templates have no {% block %}, since they cannot extend others.',
  with: 'Templates have no {% with %}; use {% set %}.',
  do: 'Templates have no {% do %}; use {% set %}, with a namespace inside of a loop.',
  autoescape: 'Values are always escaped for the content type; | safe leaves one as it is.',
  trans: 'Templates have no {% trans %}.',
  debug: 'Templates have no {% debug %}.',
};

type Open = Readonly<{ name: string; offset: number; hasElse: boolean }>;

/**
 * That blocks are closed in their order, which the package's parser would not say.
 * @throws TemplateFailure where they are not, or are nested too deep
 */
export const checkBlocks = (tokens: readonly Token[], placeAt: (offset: number) => Place): void => {
  const open: Open[] = [];
  for (const [index, { type, offset }] of tokens.entries()) {
    if (type !== 'OpenStatement') continue;
    const failure = enter(tokens, index, offset, open);
    if (failure !== undefined) throw new TemplateFailure(failure, placeAt(offset));
  }
  const last = open.at(-1);
  if (last)
    throw new TemplateFailure(
      `This {% ${last.name} %} is not closed: a {% ${ends[last.name]} %} is missing.`,
      placeAt(last.offset),
    );
};

const enter = (tokens: readonly Token[], index: number, offset: number, open: Open[]): string | undefined => {
  const word = tokens[index + 1];
  if (word?.type !== 'Identifier') return 'A statement is missing after {%, such as for, if or set.';
  const name = nameOf(word.value);
  if (openerOf.has(name)) return close(name, open);
  if (Object.hasOwn(inner, name)) return branch(name, open);
  if (simple.includes(name)) return inLoop(name, open);
  if (!Object.hasOwn(ends, name)) return unknown(name);
  if (name === 'set' && isInline(tokens, index)) return undefined;
  open.push({ name, offset, hasElse: false });
  return open.length > blocksMax ? `Blocks may be nested ${blocksMax} deep.` : undefined;
};

const inLoop = (name: string, open: readonly Open[]) =>
  open.some((block) => block.name === 'for') ? undefined : `{% ${name} %} stands in no {% for %}.`;

const close = (name: string, open: Open[]): string | undefined => {
  const block = open.pop();
  if (!block) return `This {% ${name} %} closes nothing.`;
  if (openerOf.get(name) === block.name) return undefined;
  return `{% ${block.name} %} is closed by {% ${name} %}; close it with {% ${ends[block.name]} %}.`;
};

const branch = (name: string, open: Open[]): string | undefined => {
  const block = open.pop();
  if (!block || !inner[name]?.includes(block.name)) return `This {% ${name} %} belongs to no block.`;
  if (block.hasElse) return `This {% ${name} %} comes after the {% else %} of its block.`;
  open.push({ ...block, hasElse: name === 'else' });
  return undefined;
};

const unknown = (name: string): string => {
  const known = [...Object.keys(ends), ...openerOf.keys(), ...Object.keys(inner), ...simple, 'raw', 'endraw'];
  const near = nearest(name, known);
  return (
    (Object.hasOwn(absent, name) ? absent[name] : undefined) ??
    `There is no {% ${name} %}; ${near === undefined ? 'there are if, for, set, macro, call, filter, raw.' : `did you mean ${near}?`}`
  );
};

/** `{% set x = 1 %}`, as opposed to `{% set x %}…{% endset %}`. */
const isInline = (tokens: readonly Token[], index: number): boolean => {
  for (let i = index; i < tokens.length && tokens[i]?.type !== 'CloseStatement'; i++) {
    if (tokens[i]?.type === 'Equals') return true;
  }
  return false;
};
