import { builder } from '../builder.ts';

export const rateComparisonFields = [
  'total_charge',
  'transit_days',
  'estimated_delivery',
  'insurance_charge',
  'fuel_surcharge',
  'duty_charge',
  'tax_charge',
] as const;
export const comparisonOperators = ['eq', 'gt', 'gte', 'lt', 'lte'] as const;
export const selectStrategies = ['cheapest', 'fastest', 'preferred', 'scored'] as const;

type Described<Values extends readonly string[]> = Readonly<
  Record<Values[number], Readonly<{ description: string }>>
>;

export const RateComparisonField = builder.enumType('RateComparisonField', {
  description: 'What of a rate a rule looks at.',
  values: {
    total_charge: { description: 'What it costs in all.' },
    transit_days: { description: 'How many days it takes.' },
    estimated_delivery: { description: 'How many days from the decision to its estimated delivery.' },
    insurance_charge: { description: 'What of it is insurance.' },
    fuel_surcharge: { description: 'What of it is fuel.' },
    duty_charge: { description: 'What of it is duty.' },
    tax_charge: { description: 'What of it is tax.' },
  } satisfies Described<typeof rateComparisonFields>,
});

export const ComparisonOperator = builder.enumType('ComparisonOperator', {
  description: 'How two numbers compare.',
  values: {
    eq: { description: 'Equal.' },
    gt: { description: 'Greater.' },
    gte: { description: 'Greater or equal.' },
    lt: { description: 'Less.' },
    lte: { description: 'Less or equal.' },
  } satisfies Described<typeof comparisonOperators>,
});

export const SelectServiceStrategy = builder.enumType('SelectServiceStrategy', {
  description: 'By what rates are compared.',
  values: {
    cheapest: { description: 'The lowest charge; of equal ones the faster.' },
    fastest: { description: 'The fewest transit days; of equal ones the cheaper. Unknown days come last.' },
    preferred: { description: 'The named carrier and service; of several rates the cheapest.' },
    scored: { description: 'The best score of cost, speed, reliability and emissions by the given weights.' },
  } satisfies Described<typeof selectStrategies>,
});
