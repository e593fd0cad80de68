import { TemplateFailure } from '../problem.ts';
import { spend } from '../rendering.ts';
import { asText, isObject } from '../value.ts';
import { fragmentOf } from './fragment.ts';
import { numberIn } from './number.ts';
import { type Arguments, callable, dataOf, type JinjaValue, namespace, type Rendering } from './value.ts';

type Global = (args: Arguments, rendering: Rendering) => JinjaValue;

/** Numbers that a range counts out in the time of a step. */
const numbersPerStep = 5;

const range: Global = ({ values }, rendering) => {
  const bounds = values.map((value) => Math.trunc(numberIn(dataOf(value, rendering), 'range')));
  const [from = 0, to = 0, step = 1] = bounds.length === 1 ? [0, ...bounds] : bounds;
  if (bounds.length === 0 || bounds.length > 3)
    throw new TemplateFailure('range takes 1 to 3 numbers: range(stop) or range(start, stop, step).');
  if (step === 0) throw new TemplateFailure('range cannot go in steps of 0.');
  const count = Math.max(0, Math.ceil((to - from) / step));
  spend(rendering, count / numbersPerStep);
  return Array.from({ length: count }, (_, index) => from + index * step);
};

const dict: Global = ({ values: [first], named }, rendering) => {
  const given = dataOf(first, rendering);
  const members = [...named].map(([name, value]) => [name, dataOf(value, rendering) ?? null] as const);
  return { ...(isObject(given) ? given : {}), ...Object.fromEntries(members) };
};

const newNamespace: Global = ({ values: [first], named }, rendering) => {
  const given = dataOf(first, rendering);
  return namespace(
    new Map<string, JinjaValue>([...(isObject(given) ? Object.entries(given) : []), ...named]),
  );
};

/** Nothing at its first call, the separator at every other: the template's own text, as a comma between elements. */
const joiner: Global = ({ values: [given = ', '] }, rendering) => {
  const separator = asText(dataOf(given, rendering));
  let isFirst = true;
  return callable(() => {
    const text = isFirst ? '' : separator;
    isFirst = false;
    return fragmentOf('raw', text);
  });
};

/** Jinja's functions, but for those that differ from call to call or read the engine's settings. */
export const globals: ReadonlyMap<string, Global> = new Map<string, Global>([
  ['range', range],
  ['dict', dict],
  ['namespace', newNamespace],
  ['joiner', joiner],
]);
