import { z } from 'zod';
import type { Json, JsonObject } from '../json.ts';
import type { Choice, RuleAction } from './action.ts';
import { addressTypeOf, addressTypes } from './address.ts';
import type { Condition, FieldTest } from './condition.ts';
import { decimal, decimalRemedy, isDecimal } from './decimal.ts';
import { valuesMax } from './kind.ts';
import { postalPattern, postalRemedy } from './postal.ts';
import { readAs, refusedAt, type Read, wrongType } from './refused.ts';
import { mass } from './unit.ts';

/** The contract's forms, in which whatever is said has to hold, and what they mean in ours. */

const text = z.string().trim().max(200, 'must have at most 200 characters');
const number = z.custom<number | string>(isDecimal, `must be ${decimalRemedy}`);
/** US, !US for any other, or several: US,CA. */
const countries = text.regex(
  /^(!?[a-z]{2}(\s*,\s*[a-z]{2})*)?$/i,
  'must be a country code such as US, !US for any other, or several: US,CA',
);
const postalCode = text.refine((code) => postalPattern(code) !== undefined, `must be ${postalRemedy}`);

const Weight = z
  .strictObject({
    min: number.nullish(),
    max: number.nullish(),
    unit: text
      .refine((unit) => mass.factorOf(unit) !== undefined, `must be one of ${mass.units.join(', ')}`)
      .nullish(),
  })
  .refine(
    ({ min, max }) => isNothing(min) || isNothing(max) || decimal(min).lte(decimal(max)),
    'must have a min that is at most its max',
  );

/** What the contract calls them, and the facts they mean. */
const comparisons = {
  total_charge: 'rate.total_charge',
  transit_days: 'rate.transit_days',
  /** A number cannot be compared with a date: it is the days until then. */
  estimated_delivery: 'rate.delivery_days',
  insurance_charge: 'rate.insurance_charge',
  fuel_surcharge: 'rate.fuel_surcharge',
  duty_charge: 'rate.duty_charge',
  tax_charge: 'rate.tax_charge',
} as const;
type Comparison = keyof typeof comparisons;

const FlatConditions = z.strictObject({
  destination: z
    .strictObject({
      country_code: countries.nullish(),
      postal_code: z.array(postalCode).max(valuesMax, `can be ${valuesMax} at most`).nullish(),
    })
    .nullish(),
  carrier_id: text.nullish(),
  service: text.nullish(),
  weight: Weight.nullish(),
  rate_comparison: z
    .strictObject({
      compare: z.custom<Comparison>(
        (name) => typeof name === 'string' && Object.hasOwn(comparisons, name),
        `must be one of ${Object.keys(comparisons).join(', ')}`,
      ),
      operator: z.enum(['eq', 'gt', 'gte', 'lt', 'lte']),
      value: number,
    })
    .nullish(),
  address_type: z
    .strictObject({
      type: text.refine(
        (type) => addressTypes.some((known) => known === addressTypeOf(type)),
        `must be one of ${addressTypes.join(', ')}`,
      ),
    })
    .nullish(),
  value: number.nullish(),
  metadata: z.record(z.string(), z.json()).nullish(),
  /** Read by itself: a nested condition. */
  extensions: z.unknown().optional(),
});
type FlatConditions = z.infer<typeof FlatConditions>;

export const flatConditions = (input: JsonObject, path: string): Read<readonly Condition[]> => {
  const parsed = FlatConditions.safeParse(input, { error: wrongType });
  return parsed.success ? readAs(conditionsOf(parsed.data)) : refusedAt(path, parsed.error);
};

const conditionsOf = ({
  destination,
  weight,
  rate_comparison,
  ...given
}: FlatConditions): readonly Condition[] => [
  ...countryTest(destination?.country_code),
  ...whereSaid(destination?.postal_code, (value): FieldTest => ({
    field: 'destination.postal_code',
    operator: 'in',
    value,
  })),
  ...whereSaid(given.carrier_id, (value): FieldTest => ({ field: 'rate.carrier', operator: 'eq', value })),
  ...whereSaid(given.service, (value): FieldTest => ({ field: 'rate.service', operator: 'eq', value })),
  ...weightTest(weight),
  ...whereSaid(rate_comparison, ({ compare, operator, value }): FieldTest => ({
    field: comparisons[compare],
    operator,
    value,
  })),
  ...whereSaid(given.address_type, ({ type }): FieldTest => ({
    field: 'destination.address_type',
    operator: 'eq',
    value: addressTypeOf(type),
  })),
  // A threshold: what is worth that much, or more.
  ...whereSaid(given.value, (value): FieldTest => ({ field: 'shipment.value', operator: 'gte', value })),
  ...metadataTests(given.metadata ?? {}, []),
];

const isNothing = (value: unknown): value is null | undefined | '' =>
  value === null || value === undefined || value === '';

/** The form of a client that leaves a member empty says nothing by it. */
const whereSaid = <T>(value: T | null | undefined, then: (value: T) => Condition): readonly Condition[] =>
  isNothing(value) || (Array.isArray(value) && value.length === 0) ? [] : [then(value)];

const countryTest = (written: string | null | undefined): readonly Condition[] => {
  if (isNothing(written)) return [];
  const isExcluded = written.startsWith('!');
  const codes = written
    .replace('!', '')
    .toUpperCase()
    .split(',')
    .map((code) => code.trim());
  const [code = ''] = codes;
  const field = 'destination.country_code';
  if (codes.length === 1) return [{ field, operator: isExcluded ? 'ne' : 'eq', value: code }];
  return [{ field, operator: isExcluded ? 'not_in' : 'in', value: codes }];
};

/** Both bounds belong to it; 0 is a bound. */
const weightTest = (weight: FlatConditions['weight']): readonly Condition[] => {
  if (!weight) return [];
  const { min, max } = weight;
  const test = { field: 'shipment.weight', unit: weight.unit ?? 'lb' } as const;
  if (!isNothing(min) && !isNothing(max)) return [{ ...test, operator: 'between', value: [min, max] }];
  if (!isNothing(min)) return [{ ...test, operator: 'gte', value: min }];
  return isNothing(max) ? [] : [{ ...test, operator: 'lte', value: max }];
};

/** Every member that is given has to be there and equal; the shipment may have more. */
const metadataTests = (
  metadata: Readonly<Record<string, Json>>,
  path: readonly string[],
): readonly Condition[] =>
  Object.entries(metadata).flatMap(([key, value]): readonly Condition[] =>
    isFilledMap(value)
      ? metadataTests(value, [...path, key])
      : [{ field: 'shipment.metadata', path: [...path, key], operator: 'eq', value }],
  );

const isFilledMap = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

const FlatActions = z.strictObject({
  select_service: z
    .strictObject({
      carrier_code: text.nullish(),
      carrier_id: text.nullish(),
      service_code: text.nullish(),
      strategy: z.enum(['cheapest', 'fastest', 'preferred']).nullish(),
    })
    .refine(
      ({ strategy, ...choice }) =>
        strategy !== 'preferred' || Object.values(choice).some((said) => !isNothing(said)),
      'must say what is preferred: a carrier_code, a carrier_id or a service_code',
    )
    .nullish(),
  block_service: z.boolean().nullish(),
  /** Read by itself: further actions. */
  extensions: z.unknown().optional(),
});
type FlatActions = z.infer<typeof FlatActions>;

export const flatActions = (input: JsonObject, path: string): Read<readonly RuleAction[]> => {
  const parsed = FlatActions.safeParse(input, { error: wrongType });
  return parsed.success ? readAs(actionsOf(parsed.data)) : refusedAt(path, parsed.error);
};

const actionsOf = ({ select_service, block_service }: FlatActions): readonly RuleAction[] => {
  const actions: RuleAction[] = [];
  if (block_service === true) actions.push({ type: 'block_service' });
  if (select_service) {
    const { strategy, carrier_code, carrier_id, service_code } = select_service;
    const choice: Choice = {
      ...(isNothing(carrier_code) ? {} : { carrier: carrier_code }),
      ...(isNothing(carrier_id) ? {} : { connection: carrier_id }),
      ...(isNothing(service_code) ? {} : { service: service_code }),
    };
    const choices = Object.keys(choice).length > 0 ? [choice] : [];
    actions.push({ type: 'select_service', strategy: strategy ?? 'cheapest', choices });
  }
  return actions;
};
