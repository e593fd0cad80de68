/** The types that the package's parser knows. */
export type TokenType =
  | 'Text'
  | 'NumericLiteral'
  | 'StringLiteral'
  | 'Identifier'
  | 'Equals'
  | 'OpenParen'
  | 'CloseParen'
  | 'OpenStatement'
  | 'CloseStatement'
  | 'OpenExpression'
  | 'CloseExpression'
  | 'OpenSquareBracket'
  | 'CloseSquareBracket'
  | 'OpenCurlyBracket'
  | 'CloseCurlyBracket'
  | 'Comma'
  | 'Dot'
  | 'Colon'
  | 'Pipe'
  | 'AdditiveBinaryOperator'
  | 'MultiplicativeBinaryOperator'
  | 'ExponentiationBinaryOperator'
  | 'ComparisonBinaryOperator';

export type Token = Readonly<{ type: TokenType; value: string; offset: number }>;

/** Words that the parser looks for; every other identifier is a name. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'set endset if elif else endif for endfor macro endmacro call endcall filter endfilter ' +
    'break continue in not and or is'
  ).split(' '),
);

/**
 * The parser keeps of a name its text alone, so the text carries the place: `order:17`. A `:` is in no name.
 */
export const nameWithOffset = (name: string, offset: number): string => `${name}:${offset}`;

export const nameOf = (value: string): string => {
  const colon = value.lastIndexOf(':');
  return colon < 0 ? value : value.slice(0, colon);
};

export const offsetOfName = (value: string): number | undefined => {
  const colon = value.lastIndexOf(':');
  return colon < 0 ? undefined : Number(value.slice(colon + 1));
};

/** The parser makes one kind of node of the document's text and of quoted texts; their first character says which. */
export const textMark = 'T';
export const stringMark = 'S';
