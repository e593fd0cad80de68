import { asText, type Value } from '../value.ts';
import { limited, type Output } from './output.ts';

/** Where a JSON document stands: outside of texts, inside one, or inside one right after a backslash. */
const outside = 0;
const inText = 1;
const afterBackslash = 2;

/**
 * Follows the document while it grows. A value inside quotes is written as escaped text, a value outside as
 * JSON: a text gets its quotes, a list or an object is complete, what is missing is null.
 */
export const jsonOutput = (): Output => {
  let text = '';
  let state: number = outside;
  const escaped = (value: Value) => {
    // A template that says `\\{{x}}` gets a backslash before the value, not the value's first letter escaped.
    if (state === afterBackslash) text += '\\';
    text = limited(text + escapedText(value));
    state = inText;
  };
  const value = (written: Value) => {
    if (state !== outside) escaped(written);
    else text = limited(text + jsonOf(written));
  };
  return {
    literal: (literal) => {
      text = limited(text + literal.text);
      state = literal.exits[state] ?? outside;
    },
    accepts: (literal) => state === outside || !unescapedQuote.test(literal.text),
    value,
    json: (json) => {
      if (state !== outside) escaped(json);
      else text = limited(text + json);
    },
    raw: (raw) => {
      text = limited(text + raw);
      state = jsonStateAfter(raw, state);
    },
    xml: value,
    length: () => text.length,
    text: () => text,
  };
};

const unescapedQuote = /(?:^|[^\\])(?:\\\\)*"/;

const jsonOf = (value: Value): string => {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  return value === undefined ? 'null' : JSON.stringify(value);
};

const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

const escapedText = (value: Value): string => {
  const plain = asText(value);
  return needsEscape.test(plain) ? JSON.stringify(plain).slice(1, -1) : plain;
};

export const jsonStateAfter = (text: string, before: number): number => {
  let state = before;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (state === afterBackslash) state = inText;
    else if (char === 0x22) state = state === inText ? outside : inText;
    else if (char === 0x5c && state === inText) state = afterBackslash;
  }
  return state;
};
