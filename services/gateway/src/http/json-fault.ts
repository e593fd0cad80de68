/** Where a text stops being JSON and what stands there; V8's own messages leave out the place of most faults. */
export const jsonFaultIn = (text: string): string => {
  const at = faultPosition(text);
  const before = text.slice(0, at).split('\n');
  const found =
    at < text.length ? `unexpected ${JSON.stringify(text.charAt(at))}` : 'the text ends too early';
  return `${found} at position ${at} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
};

type Kind = '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'scalar';
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or close' | 'end';

const faultPosition = (text: string): number => {
  const open: Kind[] = [];
  let expected: Expected | undefined = 'value';
  for (let at = 0; ;) {
    at += blanksAt(text, at);
    const token = tokenAt(text, at);
    expected = token && after(expected, token.kind, open);
    if (token === undefined || expected === undefined) return at;
    at = token.end;
  }
};

const blanks = /[ \t\n\r]*/y;
const blanksAt = (text: string, at: number): number => {
  blanks.lastIndex = at;
  return blanks.exec(text)?.[0].length ?? 0;
};

const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const tokenAt = (text: string, at: number): { readonly kind: Kind; readonly end: number } | undefined => {
  const char = text.charAt(at);
  if (isMark(char)) return { kind: char, end: at + 1 };
  const [kind, pattern] = char === '"' ? (['string', string] as const) : (['scalar', scalar] as const);
  pattern.lastIndex = at;
  const length = pattern.exec(text)?.[0].length ?? 0;
  return length > 0 ? { kind, end: at + length } : undefined;
};

const isMark = (char: string): char is '{' | '}' | '[' | ']' | ',' | ':' =>
  char !== '' && '{}[],:'.includes(char);

/** What may follow a token; undefined where the token itself may not stand there. */
const after = (expected: Expected, kind: Kind, open: Kind[]): Expected | undefined => {
  if (!closable.has(expected) || kind !== open.at(-1)) return following[expected](kind, open);
  open.pop();
  return whereClosed(open);
};

type Step = (kind: Kind, open: Kind[]) => Expected | undefined;

const closable: ReadonlySet<Expected> = new Set(['value or ]', 'key or }', 'comma or close']);
const whereClosed = (open: readonly Kind[]): Expected => (open.length > 0 ? 'comma or close' : 'end');

const afterKey: Step = (kind) => (kind === 'string' ? 'colon' : undefined);
const afterColon: Step = (kind) => (kind === ':' ? 'value' : undefined);
const afterComma: Step = (kind, open) => {
  if (kind !== ',') return undefined;
  return open.at(-1) === '}' ? 'key' : 'value';
};
const afterValue: Step = (kind, open) => {
  if (kind === 'string' || kind === 'scalar') return whereClosed(open);
  if (kind !== '{' && kind !== '[') return undefined;
  open.push(kind === '{' ? '}' : ']');
  return kind === '{' ? 'key or }' : 'value or ]';
};

const following: Readonly<Record<Expected, Step>> = {
  value: afterValue,
  'value or ]': afterValue,
  key: afterKey,
  'key or }': afterKey,
  colon: afterColon,
  'comma or close': afterComma,
  end: () => undefined,
};
