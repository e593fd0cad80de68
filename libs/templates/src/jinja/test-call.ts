import { keywords, nameOf, nameWithOffset, type Token } from './token.ts';

/** Tests that take one argument, which Jinja allows to stand without parentheses. */
const withArgument: ReadonlySet<string> = new Set(
  'divisibleby eq equalto ne sameas gt greaterthan ge lt lessthan le in'.split(' '),
);

/**
 * The package's parser knows tests without arguments only. `x is divisibleby(3)` becomes a filter, `is divisibleby`,
 * which binds as a test does.
 */
export const rewriteTestCalls = (tokens: readonly Token[]): readonly Token[] => {
  const rewritten: Token[] = [];
  for (let i = 0; i < tokens.length;) {
    const test = testAt(tokens, i);
    if (!test) {
      const token = tokens[i];
      if (token) rewritten.push(token);
      i++;
      continue;
    }
    rewritten.push(...test.tokens);
    i = test.next;
  }
  return rewritten;
};

type Test = Readonly<{ tokens: readonly Token[]; next: number }>;

const testAt = (tokens: readonly Token[], index: number): Test | undefined => {
  if (!isWord(tokens[index], 'is')) return undefined;
  const isNegated = isWord(tokens[index + 1], 'not');
  const at = index + (isNegated ? 2 : 1);
  const name = tokens[at];
  if (name?.type !== 'Identifier') return undefined;
  const test = nameOf(name.value);
  const { offset } = name;
  const head: readonly Token[] = [
    { type: 'Pipe', value: '|', offset },
    {
      type: 'Identifier',
      value: nameWithOffset(isNegated ? `is not ${test}` : `is ${test}`, offset),
      offset,
    },
  ];
  if (tokens[at + 1]?.type === 'OpenParen') return { tokens: head, next: at + 1 };
  return withArgument.has(test) ? withParentheses(tokens, at + 1, head) : undefined;
};

const isWord = (token: Token | undefined, word: string) =>
  token?.type === 'Identifier' && token.value === word;

const withParentheses = (tokens: readonly Token[], from: number, head: readonly Token[]): Test => {
  const offset = tokens[from]?.offset ?? 0;
  const end = primaryEnd(tokens, from);
  const open: Token = { type: 'OpenParen', value: '(', offset };
  const close: Token = { type: 'CloseParen', value: ')', offset };
  return { tokens: [...head, open, ...rewriteTestCalls(tokens.slice(from, end)), close], next: end };
};

const closing: Readonly<Record<string, string>> = {
  OpenSquareBracket: 'CloseSquareBracket',
  OpenCurlyBracket: 'CloseCurlyBracket',
};

/** After a literal, a list, or a name with its members. */
const primaryEnd = (tokens: readonly Token[], from: number): number => {
  const first = tokens[from];
  const close = closing[first?.type ?? ''];
  if (close !== undefined) {
    const end = tokens.findIndex(({ type }, index) => index > from && type === close);
    return end < 0 ? tokens.length : end + 1;
  }
  if (first?.type !== 'Identifier' || keywords.has(first.value)) return from + 1;
  let end = from + 1;
  while (tokens[end]?.type === 'Dot') end += 2;
  return end;
};
