import { readRateFacts, type JsonObject, type LiveRule, type RateFacts } from '@karrio/domain';

const carriers = ['ups', 'fedex', 'usps', 'dhl_express', 'canadapost'];

const liveRule = (position: number, more: Partial<LiveRule['definition']>): LiveRule => ({
  id: `rule_${position}`,
  createdAt: '2026-01-01T00:00:00.000Z',
  isActive: true,
  definition: {
    name: `Rule ${position}`,
    description: null,
    priority: position,
    conditions: null,
    actions: null,
    conditionsExtensions: null,
    actionsExtensions: null,
    condition: null,
    furtherActions: [],
    metadata: {},
    templateSlug: null,
    ...more,
  },
});

/** Five sorts in turn, as shippers have them: most of them apply to few shipments. */
const sorts: readonly ((position: number) => Partial<LiveRule['definition']>)[] = [
  (position) => ({
    conditions: {
      destination: { country_code: position % 2 === 0 ? 'CA' : '!US' },
      weight: { min: 0, max: position + 5, unit: 'lb' },
    },
    actions: { select_service: { strategy: 'cheapest', carrier_code: carriers[position % 5] ?? '' } },
  }),
  (position) => ({
    conditions: { rate_comparison: { compare: 'total_charge', operator: 'gt', value: 80 + position } },
    actions: { block_service: true },
  }),
  (position) => ({
    condition: {
      all: [
        { field: 'rate.carrier', operator: 'in', value: [carriers[position % 5] ?? '', `car_${position}`] },
        {
          any: [
            { field: 'rate.transit_days', operator: 'lte', value: 2 },
            { field: 'rate.fuel_surcharge', operator: 'gt', value: 3 },
          ],
        },
      ],
    },
    furtherActions: [{ type: 'surcharge', percent: 1 + (position % 5) }],
  }),
  (position) => ({
    conditions: {
      destination: {
        postal_code: Array.from({ length: 50 }, (_, code) => `${10_000 + position * 100 + code}`),
      },
    },
    condition: {
      items: 'any',
      where: { field: 'item.sku', operator: 'starts_with', value: `HZ-${position}` },
    },
    furtherActions: [{ type: 'hold', reason: 'dangerous goods' }],
  }),
  () => ({
    condition: { field: 'shipment.value', operator: 'gte', value: 100, currency: 'USD' },
    furtherActions: [{ type: 'require_options', options: { insurance: { fact: 'shipment.value' } } }],
  }),
];

/** The last of them takes the cheapest of what is left. */
export const someRules = (count: number): readonly LiveRule[] => [
  ...Array.from({ length: count - 1 }, (_, position) =>
    liveRule(position + 1, sorts[position % sorts.length]?.(position) ?? {}),
  ),
  liveRule(0, { actions: { select_service: { strategy: 'cheapest' } } }),
];

const someRate = (position: number, seed: number): JsonObject => ({
  id: `rat_${position}`,
  carrier_name: carriers[position % 5] ?? '',
  carrier_id: `label-${position % 5}`,
  service: `service_${position}`,
  currency: 'USD',
  total_charge: 5 + ((position * 37 + seed * 13) % 9_000) / 100,
  transit_days: (position + seed) % 7,
  extra_charges: [
    { name: 'Base charge', amount: 4.2, currency: 'USD' },
    { name: 'Fuel surcharge', amount: (position % 6) + 0.35, currency: 'USD' },
  ],
  meta: { carrier_connection_id: `car_${position % 5}` },
});

/** A shipment and its rates as they are sent. */
export const someRequest = (rates: number, seed: number) => ({
  shipment: {
    shipper: { country_code: 'US', postal_code: '10001' },
    recipient: {
      country_code: seed % 3 === 0 ? 'CA' : 'US',
      postal_code: `${10_000 + (seed % 900)}`,
      residential: seed % 2 === 0,
    },
    parcels: [
      {
        weight: 1 + (seed % 20),
        weight_unit: 'LB',
        length: 30,
        width: 20,
        height: 10,
        dimension_unit: 'CM',
      },
    ],
    items: [{ sku: `SKU-${seed % 50}`, quantity: 2, value_amount: 20 + (seed % 100), value_currency: 'USD' }],
  },
  rates: Array.from({ length: rates }, (_, position) => someRate(position, seed)),
});

export const someFacts = (rates: number, seed: number): RateFacts => {
  const read = readRateFacts({ evaluated_at: '2026-11-27T12:00:00Z', ...someRequest(rates, seed) });
  if ('refused' in read) throw new Error(JSON.stringify(read.refused));
  return read.read;
};
