import type { Json } from '@karrio/domain';
import { isObject } from '../http-request/json-object.ts';
import { xmlDepthMax } from './scan-xml.ts';

/**
 * A document from an object: one member, its root. A member is an element, a list repeats it, `@name` is an
 * attribute, `#text` the text beside attributes; null and "" are an empty element.
 */
export const buildXml = (value: Json): { readonly xml: string } | { readonly problem: string } => {
  const roots = isObject(value) ? Object.entries(value) : [];
  const [root] = roots;
  if (!root || roots.length > 1 || Array.isArray(root[1]) || /^[@#]/.test(root[0])) {
    const names = roots.map(([name]) => name.slice(0, 40)).join(', ') || 'none';
    return { problem: `must render a JSON object with one member, the root element; it has ${names}.` };
  }
  const problem = problemIn(value, 0);
  return problem ? { problem } : { xml: `<?xml version="1.0" encoding="UTF-8"?>${elementOf(...root)}` };
};

/** Names become markup as they are, so only what XML takes for one passes. */
const xmlName = /^[\p{L}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.-]*)?$/u;

const problemIn = (value: Json, depth: number): string | undefined => {
  if (depth > xmlDepthMax) return `is nested deeper than ${xmlDepthMax} elements.`;
  if (Array.isArray(value)) {
    if (value.some((element: Json) => Array.isArray(element))) return 'has a list in a list.';
    return firstOf(value, (element: Json) => problemIn(element, depth));
  }
  if (!isObject(value)) return undefined;
  return firstOf(
    Object.entries(value),
    ([name, member]) => problemOfMember(name, member) ?? problemIn(member, depth + 1),
  );
};

const firstOf = <T>(values: readonly T[], problemOf: (value: T) => string | undefined) => {
  for (const value of values) {
    const problem = problemOf(value);
    if (problem) return problem;
  }
  return undefined;
};

const problemOfMember = (name: string, member: Json): string | undefined => {
  if (name !== '#text' && !xmlName.test(name.replace(/^@/, ''))) {
    return `has the name ${JSON.stringify(name.slice(0, 40))}, which XML does not allow.`;
  }
  return /^[@#]/.test(name) && typeof member === 'object' && member !== null
    ? `has a list or an object for ${name}, which holds a text.`
    : undefined;
};

const elementOf = (name: string, value: Json): string => {
  if (Array.isArray(value)) return value.map((element: Json) => elementOf(name, element)).join('');
  if (!isObject(value)) return tagged(name, '', textOf(value));
  const members = Object.entries(value);
  const attributes = members
    .filter(([key, member]) => key.startsWith('@') && member !== null)
    .map(([key, member]) => ` ${key.slice(1)}="${textOf(member).replace(/["\n\t]/g, entityOf)}"`);
  const content = members
    .filter(([key]) => !key.startsWith('@'))
    .map(([key, member]) => (key === '#text' ? textOf(member) : elementOf(key, member)));
  return tagged(name, attributes.join(''), content.join(''));
};

const tagged = (name: string, attributes: string, content: string) =>
  content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
  // In attributes, where they would be read as something else.
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};
const entityOf = (character: string) => entities[character] ?? character;

/** The characters that XML has no way to say are left out. */
const textOf = (value: Json): string =>
  value === null
    ? ''
    : (typeof value === 'string' ? value : JSON.stringify(value))
        .toWellFormed()
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        .replace(/[&<>\r]/g, entityOf);
