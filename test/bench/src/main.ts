import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { startStub } from './child.ts';
import { drive } from './load.ts';
import { measure, type Level } from './measure.ts';
import { parseOptions, usage, type Options } from './options.ts';
import { measureReads } from './reads.ts';
import { report } from './report.ts';
import { startStack } from './stack.ts';
import { createBenchWorkflow } from './workflow.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Processes that have just started run their code unoptimised; a service does so for its first seconds only. */
const warmUpSeconds = 6;
const warmUpInFlight = 16;

const bench = async ({ levels, seconds, json }: Options) => {
  await using stub = await startStub();
  await using stack = await startStack(`127.0.0.1:${stub.port}`);
  const workflowId = await createBenchWorkflow(stack, stub.port);
  say(`warming up for ${warmUpSeconds} s ...`);
  await drive(stack, workflowId, warmUpInFlight, warmUpSeconds);
  const measured: Level[] = [];
  for (const inFlight of levels) {
    say(`measuring ${inFlight} in flight for ${seconds} s ...`);
    const level = await measure(stack, workflowId, inFlight, seconds);
    say(`  ${level.runs_per_s} runs/s, p50 ${level.p50_ms} ms, ${level.cpu_ms_per_run} CPU-ms a run`);
    measured.push(level);
  }
  say(`\n${report(measured)}`);
  const reads = await measureReads(stack);
  say(
    `\n${reads.map(({ name, p50_ms, p99_ms }) => `${name.padEnd(28)} p50 ${p50_ms} ms, p99 ${p99_ms} ms`).join('\n')}`,
  );
  if (json !== undefined) {
    const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
    await writeFile(json, `${JSON.stringify({ machine, seconds, levels: measured, reads }, null, 2)}\n`);
    say(`written to ${json}`);
  }
  const failed = measured.reduce((sum, level) => sum + level.failed, 0);
  if (failed > 0) throw new Error(`${failed} runs did not end as success`);
};

/** Benchmarks besides that of runs, each by its name. */
const others: Readonly<Record<string, () => Promise<unknown>>> = {
  store: () => import('./store/main.ts'),
  schedule: () => import('./schedule/main.ts'),
  live: () => import('./live/main.ts'),
  rates: () => import('./rates/main.ts'),
};

const main = async () => {
  const other = others[process.argv[2] ?? ''];
  await (other ? other() : bench(parsed()));
};

const parsed = (): Options => {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
};

await main();
