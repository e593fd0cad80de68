import { asText } from '../value.ts';
import { limited, type Output } from './output.ts';

/** Text in which a value is written through `escape`. */
export const textOutput = (escape: (text: string) => string): Output => {
  let text = '';
  const write = (written: string) => {
    text = limited(text + written);
  };
  return {
    literal: (literal) => write(literal.text),
    accepts: () => true,
    value: (value) => write(escape(asText(value))),
    raw: write,
    json: (json) => write(escape(json)),
    xml: (xml) => write(escape(xml)),
    length: () => text.length,
    text: () => text,
  };
};

export const unescaped = (text: string): string => text;

/** `a=1&b=2` stays what it was whatever the values hold. */
export const formEscaped = (text: string): string => encodeURIComponent(text.toWellFormed());
