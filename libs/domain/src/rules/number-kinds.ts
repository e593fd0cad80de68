import { decimal, decimalRemedy, isDecimal, type Decimal } from './decimal.ts';
import { compareText } from './compare-text.ts';
import { inCurrency, moneyOf, type Money } from './money.ts';
import { dateOf } from './moment.ts';
import { orderedKind } from './ordered-kind.ts';
import { distance, inSmallest, mass, volume, type Measure } from './unit.ts';

export const decimalKind = orderedKind<Decimal, Decimal>({
  remedy: decimalRemedy,
  read: (value) => (isDecimal(value) ? decimal(value) : undefined),
  compare: (value, threshold) => value.cmp(threshold),
  order: (a, b) => a.cmp(b),
});

const quantityKind = (measure: Measure, defaultUnit?: string) =>
  orderedKind<Decimal, Decimal>({
    remedy: decimalRemedy,
    members: ['unit'],
    check: ({ unit = defaultUnit }) =>
      unit !== undefined && measure.factorOf(unit)
        ? undefined
        : { at: 'unit', message: `must be one of ${measure.units.join(', ')}` },
    read: (value, { unit = defaultUnit }) =>
      isDecimal(value) && unit !== undefined ? inSmallest(measure, value, unit) : undefined,
    compare: (value, threshold) => value.cmp(threshold),
    order: (a, b) => a.cmp(b),
  });

/** A weight without a unit is in pounds, as the contract has it; other quantities have to say theirs. */
export const massKind = quantityKind(mass, 'lb');
export const distanceKind = quantityKind(distance);
export const volumeKind = quantityKind(volume);

/**
 * A threshold without a currency is a number, meant in whatever currency the fact has. With one, a fact in another
 * currency is converted by a given rate, and unknown without.
 */
export const moneyKind = orderedKind<Money, Money>({
  remedy: decimalRemedy,
  members: ['currency'],
  check: ({ currency }) =>
    currency === undefined || /^[A-Z]{3}$/.test(currency)
      ? undefined
      : { at: 'currency', message: 'must be an ISO 4217 code such as USD' },
  read: (value, { currency }) => (isDecimal(value) ? moneyOf(value, currency) : undefined),
  compare: (value, { amount, currency }, { exchange }) =>
    currency === undefined ? value.amount.cmp(amount) : inCurrency(value, currency, exchange)?.cmp(amount),
  order: (a, b) => a.amount.cmp(b.amount),
});

export const dateKind = orderedKind<string, string>({
  remedy: 'a date such as 2026-11-27',
  read: (value) => (typeof value === 'string' && value.length === 10 ? dateOf(value) : undefined),
  compare: compareText,
  order: compareText,
});

export const timeKind = orderedKind<string, string>({
  remedy: 'a time of the day such as 14:30',
  read: (value) => (typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : undefined),
  compare: compareText,
  order: compareText,
});
