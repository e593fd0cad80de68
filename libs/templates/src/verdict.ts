import type { Json } from '@karrio/domain';
import { parse } from 'yaml';
import { parseJson } from './parse-json.ts';
import { isObject, type Value } from './value.ts';

export type Verdict = { readonly verdict: boolean } | { readonly problem: string };

/** Compared without regard to case, so that `True` and `None` of other template languages count too. */
const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', 'y'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n', 'null', 'none', '~', ''].map((word) => [word, false] as const),
]);

/** What a condition decided: a value, JSON, YAML or a bare word; README.md has the table. */
export const parseVerdict = (value: Json): Verdict => {
  if (typeof value !== 'string') return judge(value);
  const word = judgeWord(value);
  if (word !== undefined) return { verdict: word };
  const parsed = parseData(value);
  return parsed === undefined ? unclear(value) : judge(parsed);
};

const judge = (value: Value): Verdict => {
  if (isObject(value)) {
    if (Object.hasOwn(value, 'result')) return judgeScalar(value['result'] ?? null);
    return { problem: `The condition gave an object without a result; write {"result": …}.` };
  }
  return judgeScalar(value ?? null);
};

const judgeScalar = (value: Json): Verdict => {
  if (value === null) return { verdict: false };
  if (typeof value === 'boolean') return { verdict: value };
  if (typeof value === 'number') return { verdict: value !== 0 };
  const word = typeof value === 'string' ? judgeWord(value) : undefined;
  return word === undefined ? unclear(value) : { verdict: word };
};

const judgeWord = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase();
  const known = words.get(word);
  if (known !== undefined) return known;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(word) ? Number(word) !== 0 : undefined;
};

/** JSON first: parsing YAML takes a hundred times as long. */
const parseData = (text: string): Json | undefined => {
  try {
    return parseJson(text);
  } catch {
    return parseYaml(text);
  }
};

const parseYaml = (text: string): Json | undefined => {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-return -- YAML's core schema gives what JSON has
    return parse(text, { maxAliasCount: 0, schema: 'core', logLevel: 'error' });
  } catch {
    return undefined;
  }
};

const unclear = (value: Json): Verdict => {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return {
    problem: `The condition gave ${JSON.stringify(shown)}, which is neither true nor false; let it render true or false, or {"result": true}.`,
  };
};
