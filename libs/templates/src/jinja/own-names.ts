import { nameOf, type Token } from './token.ts';

const introducing: ReadonlySet<string> = new Set(['set', 'for', 'macro', 'call']);

/**
 * Every name that the template gives a meaning: what `set`, `for` and `macro` name, parameters, `loop` and `caller`.
 * A few too many do no harm: a name that turns out to be none of its own is looked for in the context.
 */
export const ownNamesOf = (tokens: readonly Token[]): ReadonlySet<string> => {
  const names = new Set(['loop', 'caller']);
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i + 1];
    if (tokens[i]?.type !== 'OpenStatement' || word === undefined || !introducing.has(word.value)) continue;
    for (const name of namesUpTo(tokens, i + 2, word.value)) names.add(name);
  }
  return names;
};

/** The names before `in` or `=`, or between parentheses. */
const namesUpTo = function* (tokens: readonly Token[], from: number, statement: string): Generator<string> {
  const isParameters = statement === 'macro' || statement === 'call';
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token || isEnd(token) || (token.type === 'Equals' && !isParameters)) return;
    if (token.type === 'Identifier' && !isPart(tokens[i - 1])) yield nameOf(token.value);
  }
};

const isEnd = ({ type, value }: Token) => type === 'CloseStatement' || value === 'in';

/** Of a member or a filter's name. */
const isPart = (before: Token | undefined) => before?.type === 'Dot' || before?.type === 'Pipe';
