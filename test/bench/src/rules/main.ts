import {
  compileRuleSet,
  decide,
  readRateFacts,
  ruleSetOf,
  startBacktest,
  type JsonObject,
  type LiveRule,
  type RateFacts,
} from '@karrio/domain';

/** CPU time of the shipping rules, whatever else the machine does: `node test/bench/src/rules/main.ts`. */

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

const ruleSet = (count: number) => {
  const rules = Array.from({ length: count - 1 }, (_, position) =>
    liveRule(position + 1, sorts[position % sorts.length]?.(position) ?? {}),
  );
  const last = liveRule(0, { actions: { select_service: { strategy: 'cheapest' } } });
  const { ruleSet: set, refused } = ruleSetOf([...rules, last]);
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  return set;
};

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

const someFacts = (rates: number, seed: number): RateFacts => {
  const read = readRateFacts({
    evaluated_at: '2026-11-27T12:00:00Z',
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
      items: [
        { sku: `SKU-${seed % 50}`, quantity: 2, value_amount: 20 + (seed % 100), value_currency: 'USD' },
      ],
    },
    rates: Array.from({ length: rates }, (_, position) => someRate(position, seed)),
  });
  if ('refused' in read) throw new Error(JSON.stringify(read.refused));
  return read.read;
};

/** Decisions a second of CPU; of 300 shipments, the best time of each in ms, which leaves out what else the machine does. */
type Figures = Readonly<{ perSecond: number; p50: number; p99: number }>;

/** So often each shipment is decided on; what interrupts one time does not interrupt all. */
const turns = 40;

const measure = (rules: number, rates: number): Figures => {
  const compiled = compileRuleSet(ruleSet(rules));
  const shipments = Array.from({ length: 300 }, (_, seed) => someFacts(rates, seed));
  const round = () =>
    shipments.map((facts) => {
      const began = performance.now();
      decide(compiled, facts);
      return performance.now() - began;
    });
  for (let warming = 0; warming < 5; warming++) round();
  const before = process.cpuUsage();
  const rounds = Array.from({ length: turns }, round);
  const cpu = process.cpuUsage(before);
  const best = shipments.map((_, shipment) =>
    Math.min(...rounds.map((times) => times[shipment] ?? Infinity)),
  );
  const sorted = best.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    perSecond: Math.round((turns * shipments.length * 1e6) / (cpu.user + cpu.system)),
    p50: at(0.5),
    p99: at(0.99),
  };
};

const print = (what: string, { perSecond, p50, p99 }: Figures) => {
  process.stdout.write(
    `${what.padEnd(24)} ${String(perSecond).padStart(8)}/s   p50 ${p50.toFixed(3)} ms   p99 ${p99.toFixed(3)} ms\n`,
  );
};

print('20 rules × 8 rates', measure(20, 8));
print('200 rules × 8 rates', measure(200, 8));
print('200 rules × 50 rates', measure(200, 50));

/** Recorded facts come as JSON: parsing and reading them belongs to the work. */
const backtestCpu = (decisions: number): number => {
  const live = compileRuleSet(ruleSet(20));
  const recorded = Array.from({ length: 200 }, (_, seed) => {
    const facts = someFacts(8, seed);
    return { text: JSON.stringify(facts), decision: decide(live, facts).decision };
  });
  const before = process.cpuUsage();
  const backtest = startBacktest(live);
  for (let turn = 0; turn < decisions; turn++) {
    const { text, decision } = recorded[turn % recorded.length] ?? { text: '', decision: undefined };
    const read = readRateFacts(JSON.parse(text));
    if (decision && 'read' in read) backtest.add({ id: `decision_${turn}`, facts: read.read, decision });
  }
  const result = backtest.result();
  if (result.flips !== 0 || result.decisions !== decisions) throw new Error(`flips: ${result.flips}`);
  const cpu = process.cpuUsage(before);
  return (cpu.user + cpu.system) / 1e6;
};

process.stdout.write(
  `backtest of 100,000 decisions, 20 rules × 8 rates: ${backtestCpu(100_000).toFixed(1)} s of CPU\n`,
);
