import Big from 'big.js';

/** An exact decimal: sums and products lose nothing. A quotient is rounded half up after 20 places. */
export type Decimal = Big;

const Decimals = Big();

/** Of a finite number, by its shortest decimal digits: 0.1 is a tenth. */
export const decimal = (value: number | string): Decimal => new Decimals(value);

const zero = decimal(0);

export const sumOf = (values: readonly Decimal[]): Decimal =>
  values.reduce((sum, value) => sum.plus(value), zero);

/** Plain digits without an exponent, as money is written in JSON. */
export const digits = (value: Decimal): string => value.toFixed();

/** Beyond these no parcel, price or date is: what is larger would only cost time. */
const largest = 1e15;
const written = /^-?\d{1,15}(\.\d{1,12})?$/;

export const isDecimal = (value: unknown): value is number | string =>
  typeof value === 'number'
    ? Number.isFinite(value) && Math.abs(value) <= largest
    : typeof value === 'string' && written.test(value);

export const decimalRemedy = `a number between -${largest} and ${largest}, or its digits as text`;
