import { asText, type Value } from '../value.ts';
import { limited, type Output } from './output.ts';

const content = 0;
const inTag = 1;
const inDoubleQuotes = 2;
const inSingleQuotes = 3;
const inCdata = 4;
const inComment = 5;
const inInstruction = 6;

/** Follows the document while it grows: a value is written for the element, attribute or CDATA that it stands in. */
export const xmlOutput = (): Output => {
  let text = '';
  let state = content;
  const escaped = (value: Value) => {
    text = limited(text + escapedFor(state, asText(value), text.endsWith(']')));
  };
  const raw = (written: string) => {
    text = limited(text + written);
    state = xmlStateAfter(written, state);
  };
  return {
    literal: (literal) => {
      text = limited(text + literal.text);
      state = literal.exits[state] ?? content;
    },
    accepts: (literal) =>
      (state !== inDoubleQuotes && state !== inSingleQuotes) || !/[<"']/.test(literal.text),
    value: escaped,
    raw,
    json: escaped,
    xml: (xml) => {
      if (state === content) raw(xml);
      else escaped(xml);
    },
    length: () => text.length,
    text: () => text,
  };
};

const openers = [
  ['<![CDATA[', inCdata],
  ['<!--', inComment],
  ['<?', inInstruction],
  ['<', inTag],
] as const;
const closers: Readonly<Record<number, string>> = {
  [inCdata]: ']]>',
  [inComment]: '-->',
  [inInstruction]: '?>',
};

export const xmlStateAfter = (text: string, before: number): number => {
  let state = before;
  for (let i = 0; i < text.length;) {
    const closer = closers[state];
    if (closer !== undefined) {
      const end = text.indexOf(closer, i);
      if (end < 0) return state;
      i = end + closer.length;
      state = content;
    } else if (state === content) {
      const start = text.indexOf('<', i);
      if (start < 0) return state;
      const [opener, opened] = openers.find(([known]) => text.startsWith(known, start)) ?? ['<', inTag];
      i = start + opener.length;
      state = opened;
    } else {
      state = afterTagChar(text[i], state);
      i++;
    }
  }
  return state;
};

const afterTagChar = (char: string | undefined, state: number): number => {
  if (state === inDoubleQuotes) return char === '"' ? inTag : state;
  if (state === inSingleQuotes) return char === "'" ? inTag : state;
  if (char === '"') return inDoubleQuotes;
  if (char === "'") return inSingleQuotes;
  return char === '>' ? content : state;
};

/** XML 1.0 cannot carry these, not even as references: they are left out. */
const uncarried = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser takes a bare one for a line feed, and in an attribute each of the three for a space.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

export const xmlEscaped = (text: string): string => escapedFor(content, text, false);

const escapedFor = (state: number, value: string, isAfterBracket: boolean): string => {
  const text = value.toWellFormed().replace(uncarried, '');
  switch (state) {
    case inDoubleQuotes:
    case inSingleQuotes:
      return text.replace(/[&<>"'\r\n\t]/g, entityOf);
    case inTag:
      return text.replace(/[^\p{L}\p{N}._:-]/gu, '_');
    case inCdata:
      return inSections(text, isAfterBracket);
    case inComment:
      return text.replace(/-(?=-|$)/g, '- ');
    case inInstruction:
      return text.replaceAll('?>', '? >');
    default:
      return text.replace(/[&<>"'\r]/g, entityOf);
  }
};

const entityOf = (char: string) => entities[char] ?? '';

const split = ']]><![CDATA[';

/** `]]>` ends a section wherever it stands, also where the template and a value make it together. */
const inSections = (text: string, isAfterBracket: boolean) => {
  const before = isAfterBracket && /^\]?>/.test(text) ? split : '';
  const after = text.endsWith(']') ? split : '';
  // A section has no references, and a bare carriage return would be read as a line feed.
  const whole = text.replaceAll(']]>', `]]${split}>`).replaceAll('\r', ']]>&#13;<![CDATA[');
  return before + whole + after;
};
