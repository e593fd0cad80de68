import { setTimeout as delay } from 'node:timers/promises';
import type { LiveRule } from '@karrio/domain';
import { Pool } from 'undici';
import { z } from 'zod';
import { readUsage } from '../process-usage.ts';
import { someRequest, someRules } from '../rules/some-rules.ts';
import { startStack, type Stack } from '../stack.ts';

/** `npm run bench -- rates`: rates selected one after the other over REST, each decision recorded. */

const rulesCount = 200;
const ratesCount = 50;
const warmUps = 300;
const selections = 1_000;
/** Twenty a second: each finds the machine done with what followed the one before. */
const paceMs = 50;

const Created = z.object({
  data: z.object({
    create_shipping_rule: z.object({ shipping_rule: z.object({ id: z.string() }).nullable() }),
  }),
});
const Selected = z.object({ outcome: z.literal('selected') });

const mutation =
  'mutation ($input: CreateShippingRuleMutationInput!) { create_shipping_rule(input: $input) { shipping_rule { id } errors { field messages } } }';

type Post = (path: string, body: unknown) => Promise<unknown>;

const poster =
  (pool: Pool, { api_key }: Stack): Post =>
  async (path, body) => {
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: { authorization: `Token ${api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.body.json();
  };

const createRule = async (post: Post, { definition }: LiveRule): Promise<void> => {
  const { name, priority, conditions, actions, condition, furtherActions } = definition;
  const input = {
    name,
    priority,
    is_active: true,
    ...(conditions && { conditions }),
    ...(actions && { actions }),
    ...(condition && { condition }),
    ...(furtherActions.length > 0 && { further_actions: furtherActions }),
  };
  const answer = await post('/graphql', { query: mutation, variables: { input } });
  const created = Created.safeParse(answer);
  if (!created.success || !created.data.data.create_shipping_rule.shipping_rule)
    throw new Error(`${name} was not made: ${JSON.stringify(answer)}`);
};

const select = async (post: Post, seed: number): Promise<number> => {
  const began = performance.now();
  const answer = await post('/v1/rates/select', someRequest(ratesCount, seed));
  const tookMs = performance.now() - began;
  if (!Selected.safeParse(answer).success) throw new Error(`nothing selected: ${JSON.stringify(answer)}`);
  return tookMs;
};

const selectAll = async (post: Post, count: number, eachMs = 0): Promise<readonly number[]> => {
  const taken: number[] = [];
  for (let seed = 0; seed < count; seed++) {
    const tookMs = await select(post, seed);
    taken.push(tookMs);
    if (tookMs < eachMs) await delay(eachMs - tookMs);
  }
  return taken.toSorted((a, b) => a - b);
};

const bucket = /^karrio_decision_duration_seconds_bucket\{(?=[^}]*\ble="([^"]+)")[^}]*\} (\d+)/gm;

/** How many decisions the rules service made within so many seconds, from their delivery to their reply. */
const readDurations = async ({ ops }: Stack): Promise<ReadonlyMap<string, number>> => {
  const metrics = await (await fetch(`${ops.rules}/metrics`)).text();
  return new Map([...metrics.matchAll(bucket)].map(([, within = '', count]) => [within, Number(count)]));
};

const sharesWithin = async (stack: Stack, before: ReadonlyMap<string, number>): Promise<string> => {
  const shares = [...(await readDurations(stack))].map(
    ([within, count]) => [1_000 * Number(within), (count - (before.get(within) ?? 0)) / selections] as const,
  );
  const last = shares.findIndex(([, share]) => share === 1);
  const told = shares.slice(0, last + 1).filter(([, share]) => share > 0);
  return told.map(([ms, share]) => `${(100 * share).toFixed(1)} % within ${ms} ms`).join(', ');
};

const say = (line: string) => process.stdout.write(`${line}\n`);

const measure = async (stack: Stack, how: string, run: () => Promise<readonly number[]>) => {
  const before = await readDurations(stack);
  const sorted = await run();
  const at = (share: number) => (sorted[Math.floor(share * selections)] ?? 0).toFixed(2);
  say(`${how}: p50 ${at(0.5)} ms   p90 ${at(0.9)} ms   p99 ${at(0.99)} ms, as the caller sees it`);
  say(`  in the rules service, the append included: ${await sharesWithin(stack, before)}`);
};

const bench = async () => {
  await using stack = await startStack('127.0.0.1');
  const pool = new Pool(stack.gateway, { connections: 1 });
  const post = poster(pool, stack);
  say(`making ${rulesCount} rules ...`);
  for (const rule of someRules(rulesCount)) await createRule(post, rule);
  say(`selecting among ${ratesCount} rates ${warmUps} times to warm up, then ${selections} times ...`);
  await selectAll(post, warmUps);
  const before = readUsage(stack.processes);
  await measure(stack, 'one after the other', () => selectAll(post, selections));
  const after = readUsage(stack.processes);
  await measure(stack, `one each ${paceMs} ms`, () => selectAll(post, selections, paceMs));
  await pool.close();
  const cpu = [...after].map(
    ([name, { cpuMs }]) => [name, (cpuMs - (before.get(name)?.cpuMs ?? 0)) / selections] as const,
  );
  for (const [name, ms] of cpu.filter(([, each]) => each >= 0.05))
    say(`${name.padEnd(12)} ${ms.toFixed(2)} CPU-ms`);
  say(`${'together'.padEnd(12)} ${cpu.reduce((sum, [, ms]) => sum + ms, 0).toFixed(2)} CPU-ms a selection`);
};

await bench();
