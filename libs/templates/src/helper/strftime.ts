import { LRUCache } from 'lru-cache';

/** Python's directives in the words of `date`'s formats. */
const tokens: Readonly<Record<string, string>> = {
  Y: 'YYYY',
  y: 'YY',
  m: 'MM',
  d: 'DD',
  H: 'HH',
  I: 'hh',
  M: 'mm',
  S: 'ss',
  p: 'A',
  B: 'MMMM',
  b: 'MMM',
  A: 'dddd',
  a: 'ddd',
  z: 'Z',
};

/** `%Y-%m-%d` as `YYYY-MM-DD`; a format without % is one already. */
export const formatOf = (format: string): string => {
  if (!format.includes('%')) return format;
  return format
    .split(/(%[A-Za-z%])/)
    .map((part) => (part === '%f' ? 'SSS[000]' : (directive(part) ?? (part === '' ? '' : `[${part}]`))))
    .join('');
};

const directive = (part: string): string | undefined => {
  if (part === '%%') return '[%]';
  return part.startsWith('%') && Object.hasOwn(tokens, part.slice(1)) ? tokens[part.slice(1)] : undefined;
};

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** What each directive matches; every group is bounded, so that no text takes long. */
const patterns: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  I: '(?<I>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  f: '(?<f>\\d{1,6})',
  p: '(?<p>[AaPp][Mm])',
  B: '(?<B>[A-Za-z]{3,9})',
  b: '(?<B>[A-Za-z]{3,9})',
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
};

type Groups = Readonly<Record<string, string | undefined>>;

/** The time that a text names in a format such as `%d/%m/%Y`, in milliseconds of UTC; undefined where it does not fit. */
export const parseWith = (text: string, format: string): number | undefined => {
  const pattern = patternOf(format);
  const groups: Groups | undefined = pattern?.exec(text)?.groups;
  if (!groups) return undefined;
  const month = monthOf(groups);
  const day = Number(groups['d'] ?? 1);
  const midnight = Date.UTC(yearOf(groups), month - 1, day);
  // The 31st of February is no date, rather than one in March.
  const date = new Date(midnight);
  const isDate = date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  return isDate ? midnight + timeOfDay(groups) - offsetMs(groups) : undefined;
};

const monthOf = ({ B, m }: Groups): number =>
  B === undefined ? Number(m ?? 1) : monthNames.indexOf(B.slice(0, 3).toLowerCase()) + 1;

const timeOfDay = (groups: Groups): number =>
  ((hourOf(groups) * 60 + Number(groups['M'] ?? 0)) * 60 + Number(groups['S'] ?? 0)) * 1_000 +
  milliseconds(groups);

const yearOf = ({ Y, y }: Groups): number => {
  if (y === undefined) return Number(Y ?? 1970);
  return Number(y) + (Number(y) < 69 ? 2000 : 1900);
};

const hourOf = ({ H, I, p }: Groups): number => {
  if (I === undefined) return Number(H ?? 0);
  return (Number(I) % 12) + (p?.toLowerCase() === 'pm' ? 12 : 0);
};

const milliseconds = ({ f }: Groups) => (f === undefined ? 0 : Math.floor(Number(f.padEnd(6, '0')) / 1_000));

const offsetMs = ({ z }: Groups): number => {
  if (z === undefined || z === 'Z') return 0;
  const [hours, minutes] = [Number(z.slice(1, 3)), Number(z.slice(-2))];
  return (z.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

const formatCharsMax = 64;

type Pattern = Readonly<{ pattern: RegExp | undefined }>;

/** Building a pattern takes some 3 µs, and a text of no named format is tried against each that is known. */
const known = new LRUCache<string, Pattern>({ max: 200 });

const patternOf = (format: string): RegExp | undefined => {
  if (format.length > formatCharsMax) return undefined;
  const made = known.get(format) ?? { pattern: newPattern(format) };
  known.set(format, made);
  return made.pattern;
};

/** Undefined where the format names a directive twice, or one that is not known. */
const newPattern = (format: string): RegExp | undefined => {
  const parts = format.split(/(%[A-Za-z%])/).map((part) => {
    if (part === '%%') return '%';
    if (!part.startsWith('%')) return part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return Object.hasOwn(patterns, part.slice(1)) ? patterns[part.slice(1)] : undefined;
  });
  if (parts.includes(undefined)) return undefined;
  try {
    return new RegExp(`^${parts.join('')}$`);
  } catch {
    return undefined;
  }
};
