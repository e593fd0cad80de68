import { z } from 'zod';
import type { Json } from '../json.ts';
import { operators, quantifiers, type Condition, type FieldTest, type Quantifier } from './condition.ts';
import type { About } from './field.ts';
import { fieldNames, isFieldName } from './field-name.ts';
import { fields } from './fields.ts';
import { isMap } from './map.ts';
import { mapRead, readAll, readAs, refuse, refusedAt, type Read, wrongType } from './refused.ts';

/** Beyond what is written by hand; they bound what a decision may cost. */
const conditionsMax = 500;
const depthMax = 16;

/**
 * A condition from JSON that nobody has looked at yet. Its size is bounded before anything of it is compiled, and
 * whatever is wrong with it is said with its place below `path`.
 */
export const readCondition = (input: unknown, path: string): Read<Condition> => {
  const tooLarge = sizeProblem(input);
  if (tooLarge !== undefined) return refuse(path, tooLarge);
  return read(input, path, 'rate');
};

/** Level by level, so that no depth exhausts the stack. */
const sizeProblem = (input: unknown): string | undefined => {
  let level = [input];
  let total = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthMax) return `can be nested ${depthMax} deep at most: split it into rules of their own`;
    total += level.length;
    if (total > conditionsMax)
      return `can have ${conditionsMax} conditions at most: use in with a list, or split it`;
    level = level.flatMap(childrenOf);
  }
  return undefined;
};

const childrenOf = (node: unknown): readonly unknown[] => {
  if (!isMap(node)) return [];
  const { all, any, not, where } = node;
  const single = [not, where].filter((child) => child !== undefined);
  return [...listOf(all), ...listOf(any), ...single];
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const forms = 'all, any, not, rates, parcels, items or field';

/** `within` is whose facts the condition may ask for besides the shipment's. */
const read = (input: unknown, path: string, within: About): Read<Condition> => {
  if (!isMap(input)) return refuse(path, `must be an object with one of ${forms}`);
  const unexpected = (...known: readonly string[]) => Object.keys(input).find((key) => !known.includes(key));
  const form = ['all', 'any', 'not', 'rates', 'parcels', 'items', 'field'].find((key) => key in input);
  switch (form) {
    case 'all':
    case 'any':
    case 'not': {
      const other = unexpected(form);
      if (other !== undefined)
        return refuse(join(path, other), `does not belong beside ${form}: nest it within`);
      return form === 'not'
        ? mapRead(read(input['not'], join(path, 'not'), within), (not) => ({ not }))
        : readList(form, input[form], join(path, form), within);
    }
    case 'rates':
    case 'parcels':
    case 'items': {
      const other = unexpected(form, 'where');
      if (other !== undefined)
        return refuse(join(path, other), `does not belong beside ${form}: say it in where`);
      return readQuantified(form, input, path, within);
    }
    case 'field':
      return readTest(input, path, within);
    default:
      return refuse(path, `must have one of ${forms}`);
  }
};

const readList = (form: 'all' | 'any', input: unknown, path: string, within: About): Read<Condition> => {
  if (!Array.isArray(input)) return refuse(path, 'must be a list of conditions');
  if (form === 'any' && input.length === 0)
    return refuse(path, 'must have a condition: one of none is never true');
  const reads = readAll(input.map((child: unknown, position) => read(child, join(path, position), within)));
  return mapRead(reads, (list) => (form === 'all' ? { all: list } : { any: list }));
};

const abouts = { rates: 'rate', parcels: 'parcel', items: 'item' } as const;

const readQuantified = (
  form: keyof typeof abouts,
  input: Readonly<Record<string, unknown>>,
  path: string,
  within: About,
): Read<Condition> => {
  if (within !== 'rate' && within !== 'shipment')
    return refuse(path, `cannot be asked of one ${within}: move it out of where`);
  const quantifier = input[form];
  if (!isQuantifier(quantifier)) return refuse(join(path, form), `must be one of ${quantifiers.join(', ')}`);
  return mapRead(read(input['where'], join(path, 'where'), abouts[form]), (where): Condition => {
    if (form === 'rates') return { rates: quantifier, where };
    return form === 'parcels' ? { parcels: quantifier, where } : { items: quantifier, where };
  });
};

const readTest = (input: Readonly<Record<string, unknown>>, path: string, within: About): Read<Condition> => {
  const { field: name, operator } = input;
  if (!isFieldName(name)) return refuse(join(path, 'field'), `must be one of ${fieldNames.join(', ')}`);
  const field = fields[name];
  if (field.about !== 'shipment' && field.about !== within) {
    const way = `{"${field.about}s": "any", "where": …}`;
    return refuse(join(path, 'field'), `${name} is asked of each ${field.about}: put it into ${way}`);
  }
  const possible = [...field.kind.operators, 'exists'];
  if (typeof operator !== 'string' || !possible.includes(operator))
    return refuse(join(path, 'operator'), `must be one of ${possible.join(', ')} for ${name}`);
  const members = ['field', 'operator', 'value', ...field.kind.members];
  const other = Object.keys(input).find((key) => !members.includes(key));
  if (other !== undefined) return refuse(join(path, other), `means nothing for ${name}: leave it out`);
  const parsed = Test.safeParse(input, { error: wrongType });
  return parsed.success ? compiled(parsed.data, path) : refusedAt(path, parsed.error);
};

const compiled = (test: FieldTest, path: string): Read<Condition> => {
  const { kind, compile } = fields[test.field];
  if (kind.members.includes('path') && (test.path ?? []).length === 0)
    return refuse(join(path, 'path'), 'must say where to look: a list with a key for each level');
  if (test.operator === 'exists') {
    return test.value === undefined || typeof test.value === 'boolean'
      ? readAs(test)
      : refuse(join(path, 'value'), 'must be true or false, or be left out');
  }
  const outcome = compile(test);
  return 'problem' in outcome
    ? refuse(join(path, outcome.problem.at), outcome.problem.message)
    : readAs(test);
};

const valueDepthMax = 16;

/** JSON, not too deep: NaN and infinities are none. */
const isJson = (value: unknown, depth = 0): value is Json => {
  if (depth > valueDepthMax) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((one) => isJson(one, depth + 1));
  return isMap(value) && Object.values(value).every((one) => isJson(one, depth + 1));
};

const isQuantifier = (value: unknown): value is Quantifier => quantifiers.some((name) => name === value);

const Test = z.object({
  field: z.enum(fieldNames),
  operator: z.enum(operators),
  value: z.custom<Json>((value) => isJson(value), 'must be JSON').exactOptional(),
  unit: z.string().exactOptional(),
  currency: z.string().exactOptional(),
  path: z.array(z.string()).max(16, 'can be 16 keys at most').exactOptional(),
});

const join = (path: string, key: string | number): string => (path === '' ? `${key}` : `${path}.${key}`);
