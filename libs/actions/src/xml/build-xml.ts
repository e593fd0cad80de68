import type { Json, JsonObject } from '@karrio/domain';
import { XMLBuilder } from 'fast-xml-parser';
import { isObject } from '../http-request/json-object.ts';

/**
 * A document from an object: one member, its root. A member is an element, a list repeats it, `@name` is an
 * attribute, `#text` the text beside attributes; null and "" are an empty element.
 */
export const buildXml = (value: Json): { readonly xml: string } | { readonly problem: string } => {
  if (!isObject(value)) return { problem: 'must render a JSON object with one member, the root element.' };
  const roots = Object.entries(value);
  const [root] = roots;
  if (!root || roots.length > 1 || Array.isArray(root[1]) || /^[@#]/.test(root[0])) {
    return { problem: `must render one root element; it has ${namesOf(roots)}.` };
  }
  const problem = problemIn(value, 1);
  if (problem) return { problem };
  return { xml: `<?xml version="1.0" encoding="UTF-8"?>${builder.build(stated(value))}` };
};

const namesOf = (roots: readonly (readonly [string, Json])[]) =>
  roots.length === 0 ? 'none' : roots.map(([name]) => name.slice(0, 40)).join(', ');

const depthMax = 64;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  maxNestedTags: depthMax,
});

/** Names become markup as they are, so only what XML takes for one passes. */
const xmlName = /^[\p{L}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.-]*)?$/u;

const problemIn = (value: Json, depth: number): string | undefined => {
  if (depth > depthMax) return `is nested deeper than ${depthMax} elements.`;
  if (Array.isArray(value)) {
    if (value.some((element: Json) => Array.isArray(element))) return 'has a list in a list.';
    return value.map((element: Json) => problemIn(element, depth)).find(Boolean);
  }
  if (!isObject(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const problem = problemOfMember(name, member) ?? problemIn(member, depth + 1);
    if (problem) return problem;
  }
  return undefined;
};

const problemOfMember = (name: string, member: Json): string | undefined => {
  const isPlain = name === '#text' || name.startsWith('@');
  if (name !== '#text' && !xmlName.test(name.replace(/^@/, ''))) {
    return `has the name ${JSON.stringify(name.slice(0, 40))}, which XML does not allow.`;
  }
  return isPlain && typeof member === 'object' && member !== null
    ? `has a list or an object for ${name}, which holds a text.`
    : undefined;
};

/** The characters that XML has no way to say are left out, and so are attributes that are null. */
const stated = (value: Json): unknown => {
  if (Array.isArray(value)) return value.map(stated);
  if (isObject(value)) return statedObject(value);
  return typeof value === 'string' ? value.replace(unspeakable, '') : value;
};

const statedObject = (object: JsonObject) =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, member]) =>
      member === null && /^[@#]/.test(name) ? [] : [[name, stated(member)]],
    ),
  );

const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
