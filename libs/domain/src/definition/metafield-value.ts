import type { Json } from '../json.ts';
import { jsonOf, type MetafieldType } from './metafield.ts';

/** 1 MiB of JSON text. */
const valueCharsMax = 1_048_576;

/** What is wrong with a value for its type, without the value: it may be a secret. Null is "not set" for all. */
export const metafieldValueProblem = (type: MetafieldType, value: Json): string | undefined => {
  if (value === null) return undefined;
  if (!fits[type](value)) return wanted[type];
  return JSON.stringify(value).length > valueCharsMax ? 'A value has at most 1 MB.' : undefined;
};

const fits: Readonly<Record<MetafieldType, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string',
  password: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  json: (value) => typeof value !== 'string' || jsonOf(value) !== undefined,
  date: (value) => typeof value === 'string' && isDay(value),
  date_time: (value) => typeof value === 'string' && isInstant(value),
};

const wanted: Readonly<Record<MetafieldType, string>> = {
  text: 'A text is needed: write it in quotes.',
  password: 'A text is needed: write it in quotes.',
  number: 'A number is needed, such as 12 or 12.5, without quotes.',
  boolean: 'True or false is needed, without quotes.',
  json: 'A text in a json metafield must be JSON itself; give the value without quotes, or as valid JSON text.',
  date: 'A day is needed, as "2026-11-22".',
  date_time: 'An instant is needed as ISO 8601, such as "2026-11-22T18:50:00Z".',
};

const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes the 31st of a month of 30 days for the 1st of the next.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const instant = /^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?$/i;

const isInstant = (text: string): boolean => {
  const [, day = '', , , offset = ''] = instant.exec(text) ?? [];
  if (!isDay(day)) return false;
  const clock = text.slice(11, text.length - offset.length).replace(',', '.');
  return !Number.isNaN(Date.parse(`${day}T${clock}Z`));
};
