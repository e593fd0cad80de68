import type { Json } from '@karrio/domain';
import { scanXml } from './scan-xml.ts';

type Element = { name: string; members: Map<string, Json[]>; attributes: [string, string][]; text: string };

/**
 * A document as an object, in the form that `buildXml` takes: elements are members, repeated ones lists,
 * attributes `@name`, text beside either `#text`. Every value is a text, without the space around it.
 */
export const parseXml = (text: string): { readonly value: Json } | { readonly problem: string } => {
  const document = element('');
  const path = [document];
  const problem = scanXml(text, {
    open: (name, attributes) => {
      const opened = element(name);
      for (const [key, value] of Object.entries(attributes)) opened.attributes.push([`@${key}`, value]);
      path.push(opened);
    },
    text: (part) => {
      const inner = path.at(-1);
      if (inner) inner.text += part;
    },
    close: () => {
      const closed = path.pop();
      const outer = path.at(-1);
      if (closed && outer) add(outer, closed);
    },
  });
  if (problem) return { problem: `line ${problem.line}, column ${problem.column}: ${problem.message}` };
  return { value: membersOf(document) };
};

const element = (name: string): Element => ({ name, members: new Map(), attributes: [], text: '' });

const add = (outer: Element, closed: Element) => {
  const value = valueOf(closed);
  const siblings = outer.members.get(closed.name);
  if (siblings) siblings.push(value);
  else outer.members.set(closed.name, [value]);
};

const valueOf = (closed: Element): Json =>
  closed.members.size === 0 && closed.attributes.length === 0 ? closed.text.trim() : membersOf(closed);

const membersOf = ({ members, attributes, text }: Element): Json => {
  const said = text.trim();
  // From entries, so that an element named __proto__ is a member like any other.
  return Object.fromEntries([
    ...attributes,
    ...[...members].map(([name, values]): [string, Json] => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
    ...(said === '' ? [] : [['#text', said] as const]),
  ]);
};
