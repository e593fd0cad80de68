import { eventually } from '@karrio/testing';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { gatewayClient, type Run } from './support/gateway-client.ts';
import { openShop, type Shop } from './support/shop-stub.ts';

const client = gatewayClient(inject('stack'));
const page = readFileSync(new URL('../../docs/workflows.md', import.meta.url), 'utf8');
const examples = new Map(
  [...page.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => [
    /(?:mutation|query) (\w+)/.exec(text)?.[1] ?? '',
    text,
  ]),
);
const tried = new Set<string>();

/** Runs an example of the page; what it answers. */
const example = async (name: string, variables: object) => {
  tried.add(name);
  const answer: unknown[] = Object.values(await client.query(examples.get(name) ?? '', variables));
  // Read as it came: each story asserts its shape.
  const [payload] = answer as ReturnType<typeof JSON.parse>[];
  expect(payload?.errors ?? null).toBeNull();
  return payload;
};

let carrier: Shop;
let isSilent = false;
let busy = 0;
beforeAll(async () => {
  carrier = await openShop({
    '/rates/express': () => ({ body: { price: 12 } }),
    '/rates/ground': () => (busy-- > 0 ? { status: 503, body: {} } : { body: { price: 7 } }),
    '/labels': () => (isSilent ? new Promise<never>(() => undefined) : { body: { label: 'L-0' } }),
  });
});
afterAll(() => carrier[Symbol.asyncDispose]());
afterAll(() => client.checkReplays());

let workflow: string;
let slugs: Readonly<Record<string, string>>;
const started = async (parameters: object = { order: 'O-1', price_max: 20 }): Promise<string> =>
  (await example('Start', { workflow, parameters })).workflow_event.id;
const inState = (id: string, state: string) =>
  eventually(`run ${id} is ${state}`, async () => {
    const run: Run = await example('Show', { run: id });
    return run.state === state && run;
  });

it('a workflow runs its orders one after the other, what is of one order together', async () => {
  const made = await example('MakeWorkflow', { carrier: carrier.url });
  workflow = made.workflow.id;
  slugs = Object.fromEntries(made.workflow.actions.map(({ id, slug }: Record<string, string>) => [slug, id]));
  expect(Object.keys(slugs).toSorted()).toEqual([
    'buy',
    'cheapest',
    'express_rate',
    'ground_rate',
    'is_affordable',
  ]);
  expect(await client.endOf(await started())).toMatchObject({ status: 'success' });
  expect(carrier.receivedOn('/labels').map(({ body }) => JSON.parse(body))).toEqual([
    { order: 'O-1', price: 7 },
  ]);
  expect(await client.endOf(await started({ order: 'O-2', price_max: 5 }))).toMatchObject({
    status: 'aborted',
  });
});

it('an attempt that failed is made again as its policy says', async () => {
  busy = 3;
  await example('RetryMore', { action: slugs['ground_rate'] });
  const run = await client.endOf(await started());
  expect(run.status).toBe('success');
  expect(run.records.filter(({ key }) => key === 'error')).toHaveLength(3);
});

it('a label that may have been bought is settled by a person', async () => {
  isSilent = true;
  const run = await started();
  expect(await inState(run, 'parked')).toMatchObject({ parked: { cause: 'outcome-unknown', action: 'buy' } });
  isSilent = false;
  await example('Settle', { run, action: 'buy' });
  expect(await client.endOf(run)).toMatchObject({ status: 'success' });
  const shown = await example('Rerun', { run, from: 'buy', preview: true });
  expect(shown.preview).toMatchObject({ repeated: [{ slug: 'buy', had_effect: true }] });
  const again = await example('Rerun', { run, from: 'buy', preview: false });
  expect(await client.endOf(again.workflow_event.id)).toMatchObject({ status: 'success' });
});

it('a workflow is paused with its runs, and a run can be cancelled meanwhile', async () => {
  const paused = await example('PauseAll', { workflow });
  expect(paused.workflow).toMatchObject({ is_paused: true, pause: { reason: 'Rates are wrong' } });
  const [one, other] = [await started(), await started()];
  await inState(one, 'held');
  await example('Cancel', { run: other });
  expect(await client.endOf(other)).toMatchObject({
    status: 'cancelled',
    cancel_reason: 'The customer withdrew',
  });
  await example('ResumeAll', { workflow });
  const run = await client.endOf(one);
  expect(run.status).toBe('success');
  expect(run.records.map(({ key }) => key)).toContain('held');
});

it('a change is tried and replayed before it is saved', async () => {
  const sent = carrier.received.length;
  const template = '{"price": {{max steps.express_rate.response.price steps.ground_rate.response.price}}}';
  const { report } = await example('Try', { workflow, template });
  expect(report.steps.at(-1)).toMatchObject({ slug: 'buy', request: { body: { order: 'O-1', price: 12 } } });
  const replayed = await example('ReplayLast', { workflow, template });
  expect(replayed.same).toBe(false);
  expect(carrier.received).toHaveLength(sent);
});

it('no example of the page is left out', () => {
  expect([...examples.keys()].filter((name) => !tried.has(name))).toEqual([]);
});
