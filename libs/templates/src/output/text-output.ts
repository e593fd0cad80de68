import { asText } from '../value.ts';
import { limited, type Output } from './output.ts';

/** Text in which a value is written through `escape`. */
export const textOutput = (escape: (text: string) => string): Output => {
  let text = '';
  return {
    literal: (literal) => {
      text = limited(text + literal.text);
    },
    value: (value) => {
      text = limited(text + escape(asText(value)));
    },
    raw: (raw) => {
      text = limited(text + raw);
    },
    json: (json) => {
      text = limited(text + escape(json));
    },
    length: () => text.length,
    text: () => text,
  };
};

export const unescaped = (text: string): string => text;

/** `a=1&b=2` stays what it was whatever the values hold. */
export const formEscaped = (text: string): string => encodeURIComponent(text.toWellFormed());

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 cannot carry, not even as references, are left out. */
export const xmlEscaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => entities[char] ?? '');
