/** Where and why a text is not JSON; undefined when it is. JSON.parse names no place for half of its errors. */
export const jsonError = (text: string): Readonly<{ offset: number; message: string }> | undefined => {
  const closers: ('}' | ']')[] = [];
  let expected: Expected = 'value';
  let offset = skipSpace(text, 0);
  while (offset < text.length) {
    const token = tokenAt(text, offset);
    if (token === undefined) return { offset, message: broken(text, offset) };
    const after = advance(expected, token, closers);
    if (after === undefined)
      return { offset, message: `expected ${wording(expected, closers)}, but found ${shown(token)}` };
    expected = after;
    offset = skipSpace(text, offset + token.length);
  }
  if (expected === 'end') return undefined;
  return { offset: text.length, message: `expected ${wording(expected, closers)}, but the text ends` };
};

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'more' | 'end';

const space = /[ \t\n\r]*/y;
const token =
  /[{}[\]:,]|"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/y;

const matchAt = (pattern: RegExp, text: string, offset: number): string | undefined => {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
};

const tokenAt = (text: string, offset: number) => matchAt(token, text, offset);
const skipSpace = (text: string, offset: number) => offset + (matchAt(space, text, offset)?.length ?? 0);

const closable: ReadonlySet<Expected> = new Set(['value or ]', 'key or }', 'more']);

/** What is expected after `found`; undefined where it is not what was. */
const advance = (expected: Expected, found: string, closers: ('}' | ']')[]): Expected | undefined => {
  if (found === closers.at(-1) && closable.has(expected)) {
    closers.pop();
    return afterValue(closers);
  }
  switch (expected) {
    case 'value':
    case 'value or ]':
      return afterValueToken(found, closers);
    case 'key':
    case 'key or }':
      return found.startsWith('"') ? ':' : undefined;
    case ':':
      return found === ':' ? 'value' : undefined;
    case 'more':
      return found === ',' ? afterComma(closers) : undefined;
    case 'end':
      return undefined;
  }
};

const afterValue = (closers: readonly string[]): Expected => (closers.length > 0 ? 'more' : 'end');
const afterComma = (closers: readonly string[]): Expected => (closers.at(-1) === '}' ? 'key' : 'value');

const afterValueToken = (found: string, closers: ('}' | ']')[]): Expected | undefined => {
  if (found !== '{' && found !== '[') return /^[\]}:,]/.test(found) ? undefined : afterValue(closers);
  closers.push(found === '{' ? '}' : ']');
  return found === '{' ? 'key or }' : 'value or ]';
};

const wording = (expected: Expected, closers: readonly string[]): string => {
  switch (expected) {
    case 'value':
      return 'a value';
    case 'value or ]':
      return 'a value or ]';
    case 'key':
      return 'a name in double quotes';
    case 'key or }':
      return 'a name in double quotes or }';
    case ':':
      return ':';
    case 'more':
      return `a comma or ${closers.at(-1) ?? 'the end'}`;
    case 'end':
      return 'the end';
  }
};

const shown = (found: string) => (found.length > 24 ? `${found.slice(0, 23)}…` : found);

const broken = (text: string, offset: number) =>
  text[offset] === '"'
    ? 'this text is not closed, or holds a line break or a wrong escape'
    : `${shown(/^\S+/.exec(text.slice(offset, offset + 40))?.[0] ?? '')} is not JSON; a text needs double quotes`;
