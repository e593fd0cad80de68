/** In what a pattern and a type are written: words with dots between them. */
const word = /^[^\s.*>]+$/;

/** What is wrong with a pattern; undefined where it is one. */
export const typePatternProblem = (pattern: string): string | undefined => {
  const words = pattern.split('.');
  const wrong = words.find((each, index) => !isPart(each, index === words.length - 1));
  if (wrong === undefined) return undefined;
  if (wrong === '') return `${quoted(pattern)} has an empty word; write words with one dot between them.`;
  if (wrong === '>')
    return `${quoted(pattern)} has > in its midst; it stands for all that follows, so it comes last.`;
  return `${quoted(pattern)} has the word ${quoted(wrong)}; a word is a name, * for any one, or > at the end for all that follow.`;
};

const isPart = (part: string, isLast: boolean): boolean =>
  part === '*' || (part === '>' && isLast) || word.test(part);

const quoted = (text: string): string => JSON.stringify(text);

/** Whether an event's type is one that a pattern means: `*` is any one word, `>` one or more at the end. */
export const matchesType = (pattern: string, type: string): boolean => {
  const [asked, words] = [pattern.split('.'), type.split('.')];
  const isOpen = asked.at(-1) === '>';
  if (isOpen ? words.length < asked.length : words.length !== asked.length) return false;
  const named = isOpen ? asked.slice(0, -1) : asked;
  return named.every((part, index) => part === '*' || part === words[index]);
};
