import { GraphQLError, valueFromASTUntyped } from 'graphql';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { builder } from './builder.ts';

export const addScalars = (): void => {
  builder.scalarType('JSON', {
    description: 'Any JSON value: an object, a list, a string, a number, a boolean or null.',
    serialize: (value) => value,
    parseValue: storable,
    parseLiteral: (node, variables) => storable(valueFromASTUntyped(node, variables)),
  });
  builder.scalarType('DateTime', {
    description:
      'An instant as ISO 8601 text with its offset, such as 2026-11-22T18:50:00.000Z; answered in UTC.',
    serialize: (value) => value,
    parseValue: instant,
  });
};

const storable = (value: unknown): unknown => {
  const flaw = jsonFlawIn(value);
  if (flaw)
    throw new GraphQLError(`A JSON value ${flaw.message}; see ${flaw.path.join('.') || 'the value itself'}.`);
  return value;
};

const isoInstant = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** What Postgres and every client have, in UTC too. */
const yearMin = 1;
const yearMax = 9999;

const instant = (value: unknown): string => {
  const at = typeof value === 'string' ? momentIn(value) : undefined;
  if (!at) {
    throw new GraphQLError('A DateTime is ISO 8601 text with its offset, such as 2026-11-22T18:50:00Z.');
  }
  return at.toISOString();
};

const momentIn = (text: string): Date | undefined => {
  const [, year, month, day] = isoInstant.exec(text)?.map(Number) ?? [];
  const at = new Date(text);
  const yearInUtc = at.getUTCFullYear();
  const isThere = yearInUtc >= yearMin && yearInUtc <= yearMax && isDay(year, month, day);
  return isThere ? at : undefined;
};

/** `Date` takes 30 February for 2 March. */
const isDay = (year = 0, month = 0, day = 0): boolean =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
