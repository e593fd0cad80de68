import type { Json } from '@karrio/domain';
import { xmlEscaped } from '../output/xml-output.ts';
import { parseJson } from '../parse-json.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, isList, isObject, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';
import { type Helper, shown, textOf } from './helper.ts';

/** Reading costs some four times what writing does. */
const parsed = (value: Value, budget: Budget): Value => {
  if (typeof value !== 'string') return value;
  spend(budget, (value.length * 4) / charsPerStep);
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
};

const toDict = (name: string): Helper => ({
  usage: `(${name} json)`,
  takes: [1, 1],
  call: ([value], budget) => {
    if (value === undefined || value === null || value === '') return undefined;
    const found = parsed(value, budget);
    if (typeof found === 'object' && found !== null) return found;
    throw new TemplateFailure(`${name} needs a JSON object or list, but got ${shown(value)}.`);
  },
});

const to_dict_safe: Helper = {
  usage: '(to_dict_safe json)',
  takes: [1, 1],
  call: ([value], budget) => {
    const found = parsed(value, budget);
    return typeof found === 'object' && found !== null ? found : {};
  },
};

const elementName = /^[\p{L}_][\p{L}\p{N}._-]*(?::[\p{L}_][\p{L}\p{N}._-]*)?$/u;

const nameIn = (name: string): string => {
  if (name.length <= 100 && elementName.test(name)) return name;
  throw new TemplateFailure(`to_xml cannot make an element of the name ${shown(name)}.`);
};

/** A list is the same element again and again, `@name` an attribute, `#text` the text beside attributes. */
const elementOf = (name: string, value: Json | undefined): string => {
  if (isList(value)) return value.map((each) => elementOf(name, each)).join('');
  if (!isObject(value))
    return value === null || value === undefined
      ? `<${name}/>`
      : `<${name}>${xmlEscaped(asText(value))}</${name}>`;
  const members = Object.entries(value);
  const attributes = members
    .filter(([key]) => key.startsWith('@'))
    .map(([key, each]) => ` ${nameIn(key.slice(1))}="${attributeText(asText(each))}"`)
    .join('');
  return `<${name}${attributes}>${contentOf(members)}</${name}>`;
};

const contentOf = (members: readonly (readonly [string, Json])[]): string =>
  members
    .filter(([key]) => !key.startsWith('@'))
    .map(([key, each]) => (key === '#text' ? xmlEscaped(asText(each)) : elementOf(nameIn(key), each)))
    .join('');

const attributeText = (text: string) =>
  xmlEscaped(text).replace(/[\n\t]/g, (char) => (char === '\n' ? '&#10;' : '&#9;'));

const to_xml: Helper = {
  usage: '(to_xml value "root")',
  takes: [1, 2],
  writes: 'xml',
  call: ([value = null, root], budget) => {
    weigh(value, budget);
    const name = root === undefined ? undefined : nameIn(asText(root));
    if (name === undefined && !isObject(value))
      throw new TemplateFailure(`to_xml needs an object or the name of a root, but got ${shown(value)}.`);
    const text =
      name === undefined ? contentOf(isObject(value) ? Object.entries(value) : []) : elementOf(name, value);
    // Escaping each member takes longer than joining texts does.
    spend(budget, (text.length * 3) / charsPerStep);
    return text;
  },
};

const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

const to_query_string: Helper = {
  usage: '(to_query_string object)',
  takes: [1, 1],
  call: ([value], budget) => {
    if (value === undefined || value === null) return '';
    if (!isObject(value))
      throw new TemplateFailure(`to_query_string needs an object, but got ${shown(value)}.`);
    const pairs = Object.entries(value).flatMap(([name, member]) =>
      (isList(member) ? member : [member]).flatMap((each) =>
        each === null ? [] : [`${encoded(name)}=${encoded(textOf(each, budget))}`],
      ),
    );
    const text = pairs.join('&');
    spend(budget, text.length / charsPerStep + pairs.length);
    return text;
  },
};

const to_query_unquote: Helper = {
  usage: '(to_query_unquote text)',
  takes: [1, 1],
  call: ([value], budget) => {
    const text = textOf(value, budget);
    spend(budget, text.length / charsPerStep);
    // What is no encoded character stays as it is.
    return text.replaceAll('+', ' ').replace(/(?:%[0-9a-fA-F]{2})+/g, decodedRun);
  },
};

const decodedRun = (run: string) => {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
};

/** What Karrio's `lib` has for data, but for what reads files, makes requests or builds objects of its own. */
export const karrioDataHelpers = {
  to_dict: toDict('to_dict'),
  to_object: toDict('to_object'),
  to_dict_safe,
  to_xml,
  to_query_string,
  to_query_unquote,
} as const satisfies Readonly<Record<string, Helper>>;
