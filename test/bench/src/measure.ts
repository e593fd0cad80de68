import { setTimeout as delay } from 'node:timers/promises';
import { drive } from './load.ts';
import { readUsage, type Usage } from './process-usage.ts';
import type { Stack } from './stack.ts';

export type Level = Readonly<{
  in_flight: number;
  runs: number;
  failed: number;
  runs_per_s: number;
  p50_ms: number;
  p99_ms: number;
  /** Over all processes of the product: the work that is done after the answer included. */
  cpu_ms_per_run: number;
  cpu_ms_per_run_by_process: Readonly<Record<string, number>>;
  rss_mb_by_process: Readonly<Record<string, number>>;
}>;

export const measure = async (
  stack: Stack,
  workflowId: string,
  inFlight: number,
  seconds: number,
): Promise<Level> => {
  await drive(stack, workflowId, inFlight, seconds / 5);
  await settled(stack);
  const before = readUsage(stack.processes);
  const { latenciesMs, failed, seconds: took } = await drive(stack, workflowId, inFlight, seconds);
  await settled(stack);
  const after = readUsage(stack.processes);
  const runs = latenciesMs.length;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const byProcess = perProcess(after, (usage, name) => (usage.cpuMs - (before.get(name)?.cpuMs ?? 0)) / runs);
  return {
    in_flight: inFlight,
    runs,
    failed,
    runs_per_s: round(runs / took),
    p50_ms: round(quantile(sorted, 0.5)),
    p99_ms: round(quantile(sorted, 0.99)),
    cpu_ms_per_run: round(Object.values(byProcess).reduce((sum, ms) => sum + ms, 0)),
    cpu_ms_per_run_by_process: byProcess,
    rss_mb_by_process: perProcess(after, (usage) => usage.rssMb),
  };
};

const perProcess = (usages: ReadonlyMap<string, Usage>, figure: (usage: Usage, name: string) => number) =>
  Object.fromEntries([...usages].map(([name, usage]) => [name, round(figure(usage, name), 3)]));

const windowMs = 300;
const idleShare = 0.15;
const settleMaxMs = 15_000;

/** Projections and announcements follow the answers: wait for them, so that their work is counted. */
const settled = async (stack: Stack): Promise<void> => {
  const deadline = Date.now() + settleMaxMs;
  const total = () => [...readUsage(stack.processes).values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  for (let last = total(); Date.now() < deadline;) {
    await delay(windowMs);
    const now = total();
    if (now - last < windowMs * idleShare) return;
    last = now;
  }
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
