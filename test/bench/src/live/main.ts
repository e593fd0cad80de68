import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readUsage } from '../process-usage.ts';
import { startStack, type Stack } from '../stack.ts';
import { figure, reportOf } from '../store/figures.ts';
import { createSubscribers } from './subscribers.ts';

/** What two processes may have open at once, with 20,000 files each. */
const subscribers = 9_000;
const runs = 100;
const atOnce = 50;
const idleMs = 10_000;
const toldMsMax = 60_000;

const Answer = z.object({ data: z.record(z.string(), z.record(z.string(), z.unknown())) });

const mutate = async ({ gateway, api_key }: Stack, mutation: string, field: string): Promise<string> => {
  const response = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${api_key}` },
    body: JSON.stringify({ query: `mutation { ${mutation} { errors { messages } ${field} { id } } }` }),
  });
  const { data } = Answer.parse(await response.json());
  return z.object({ id: z.string() }).parse(Object.values(data)[0]?.[field]).id;
};

/** Runs of a workflow that holds them, so that all change when it is resumed. */
const prepare = async (stack: Stack) => {
  const actions = `[{ name: "Map", action_type: data_mapping, parameters_template: "{\\"a\\": 1}" }]`;
  const input = `{ name: "Live", action_nodes: [{ order: 1, index: 0 }], actions: ${actions} }`;
  const workflow = await mutate(stack, `create_workflow(input: ${input})`, 'workflow');
  await mutate(stack, `pause_workflow(input: { id: "${workflow}" })`, 'workflow');
  const ids: string[] = [];
  for (let n = 0; n < runs; n++) {
    const run = `{ workflow_id: "${workflow}", event_type: manual }`;
    ids.push(await mutate(stack, `create_workflow_event(input: ${run})`, 'workflow_event'));
  }
  return { workflow, ids };
};

const usageOf = ({ processes }: Stack) => {
  const { gateway = 0 } = processes;
  const usage = readUsage({ gateway }).get('gateway');
  if (!usage) throw new Error('the gateway is gone');
  return usage;
};

Object.assign(process.env, { SUBSCRIPTIONS_PER_KEY_MAX: '20000', REQUESTS_PER_S_MAX: '0' });
await using stack = await startStack('127.0.0.1');
const { workflow, ids } = await prepare(stack);
const { counted, open } = createSubscribers(stack);
const before = usageOf(stack);
for (let n = 0; n < subscribers; n += atOnce) {
  await Promise.all(Array.from({ length: atOnce }, (_, k) => open(ids[(n + k) % runs] ?? '')));
}
await delay(idleMs / 2);
const opened = usageOf(stack);
await delay(idleMs);
const idle = usageOf(stack);
counted.told = 0;
const resumedMs = performance.now();
await mutate(stack, `resume_workflow(input: { id: "${workflow}" })`, 'workflow');
while (counted.complete < subscribers && performance.now() - resumedMs < toldMsMax) await delay(20);
const toldMs = performance.now() - resumedMs;
const after = usageOf(stack);
if (counted.complete < subscribers) throw new Error(`only ${counted.complete} heard of the end of their run`);
process.stdout.write(
  `\n${reportOf([
    figure('memory of a subscriber', ((opened.rssMb - before.rssMb) * 1_024) / subscribers, 'KiB'),
    figure('CPU to open one', (opened.cpuMs - before.cpuMs) / subscribers, 'ms'),
    figure(`CPU of ${subscribers} idle ones`, (idle.cpuMs - opened.cpuMs) / (idleMs / 1_000), 'ms/s'),
    figure('CPU to tell one of a change', ((after.cpuMs - idle.cpuMs) * 1_000) / counted.told, 'µs'),
    figure('until all have heard', toldMs, 'ms'),
  ])}\n`,
);
