import { compileRuleSet, decide, readRateFacts, ruleSetOf, startBacktest } from '@karrio/domain';
import { someFacts, someRules } from './some-rules.ts';

/** CPU time of the shipping rules, whatever else the machine does: `node test/bench/src/rules/main.ts`. */

const ruleSet = (count: number) => {
  const { ruleSet: set, refused } = ruleSetOf(someRules(count));
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  return set;
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
