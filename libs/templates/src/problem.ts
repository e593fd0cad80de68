/** What is wrong with a template and where: line and column count from 1, `excerpt` is the text around it. */
export type TemplateProblem = Readonly<{ message: string; line: number; column: number; excerpt: string }>;

/** Line and column count from 1. */
export type Place = Readonly<{ line: number; column: number }>;

/** Ends a compilation or a rendering from deep inside; never leaves this package. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure';
  readonly place: Place | undefined;
  /** One of the limits was met, which nothing in a template can make good. */
  readonly isLimit: boolean;

  constructor(message: string, place?: Place, isLimit = false) {
    super(message);
    this.place = place;
    this.isLimit = isLimit;
  }
}

const excerptCharsMax = 80;

/** The line at `place`, cut to 80 characters around the column. */
export const excerptAt = (text: string, { line, column }: Place): string => {
  const found = text.split('\n', line)[line - 1] ?? '';
  const from = Math.max(0, Math.min(column - 1 - excerptCharsMax / 2, found.length - excerptCharsMax));
  return found.slice(from, from + excerptCharsMax).trim();
};

export const placeOf = (text: string, offset: number): Place => {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
};

/** Stands around every value of the data in a failure's message; of private use, so in no text that matters. */
const mark = '\ue000';

export const quotedValue = (text: string): string => mark + text.replaceAll(mark, '') + mark;

export const revealed = (message: string): string => message.replaceAll(mark, '');

/** For a template that may have put a secret into the message. */
export const concealed = (message: string): string =>
  message.replace(/\ue000[^\ue000]*\ue000/g, 'a value that is not shown');

export const problemAt = (source: string, message: string, place: Place): TemplateProblem => ({
  message,
  ...place,
  excerpt: excerptAt(source, place),
});

/** As `placeOf`, for many offsets of one text. */
export const placesOf = (text: string): ((offset: number) => Place) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};
