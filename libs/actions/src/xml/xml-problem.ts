import { XMLValidator } from 'fast-xml-parser';

export type XmlProblem = Readonly<{ message: string; line: number; column: number; excerpt: string }>;

const excerptCharsMax = 80;

/** Where and why a text is no XML document; undefined when it is one. */
export const xmlProblem = (text: string): XmlProblem | undefined => {
  const verdict = XMLValidator.validate(text);
  if (verdict === true) return undefined;
  const { msg, line, col } = verdict.err;
  // The library leaves the column out where nothing begins.
  const column = Number.isInteger(col) ? col : 1;
  const found = text.split('\n', line)[line - 1] ?? '';
  const from = Math.max(0, Math.min(column - 1 - excerptCharsMax / 2, found.length - excerptCharsMax));
  return { message: msg, line, column, excerpt: found.slice(from, from + excerptCharsMax).trim() };
};
