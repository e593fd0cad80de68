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

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

const instant = (value: unknown): string => {
  const time = typeof value === 'string' && isoInstant.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new GraphQLError('A DateTime is ISO 8601 text with its offset, such as 2026-11-22T18:50:00Z.');
  }
  return new Date(time).toISOString();
};
