import { violationsOf, type Check } from './evidence.ts';

const violation = violationsOf('secrets are in no event and no row, and open what they are for');

/** A credential reached the outside as it is, whatever was killed, and nobody else. */
export const checkSecret: Check = ({ leaks, requests }) => [
  ...leaks.map((where) => violation(where, 'has a secret in plain text')),
  ...requests
    .filter(({ status }) => status === 403)
    .map(({ key, path }) => violation(key, `was turned away from ${path}: it showed no credential`)),
];
