import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventually, temporaryFolder } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayClient, type Client, type Run } from './support/gateway-client.ts';
import { openLiveSocket } from './support/live-socket.ts';
import { hangUp, openShop } from './support/shop-stub.ts';
import { startStack, type Stack } from './support/stack.ts';
import { httpAction, inline, newTag } from './support/workflow.ts';

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack();
  client = gatewayClient(stack);
});
afterAll(async () => {
  try {
    await client.checkReplays();
  } finally {
    await stack[Symbol.asyncDispose]();
  }
});

type Told = Readonly<{ cursor: string; workflow_event: Pick<Run, 'status' | 'records'> }>;

/** What one message of a subscription says. */
const toldIn = (value: unknown): Told => (value as { data: { workflow_event: Told } }).data.workflow_event;

/** A shop whose first answer comes when it is told to. */
const openSlowShop = async () => {
  const first = Promise.withResolvers<void>();
  let requests = 0;
  const shop = await openShop({
    '/first': async () => {
      if (++requests === 1) await first.promise;
      return { body: { paid: true } };
    },
    '/second': () => ({ body: { ok: true } }),
  });
  return Object.assign(shop, { release: () => first.resolve() });
};

const begin = async (shop: string, over: object = {}) => {
  const tag = newTag();
  const actions = [
    httpAction(`First ${tag}`, shop, '/first', { ...over }),
    httpAction(`Second ${tag}`, shop, '/second', {
      method: 'post',
      parameters_type: 'data',
      parameters_template: `{"paid": {{json steps.first_${tag}.response.paid}} }`,
    }),
  ];
  const workflow = await client.make('create_workflow', inline(`Control ${tag}`, actions));
  const { id } = await client.make('create_workflow_event', {
    workflow_id: workflow.id,
    event_type: 'manual',
  });
  return { id, slug: `first_${tag}` };
};

const inState = (id: string, state: string | null): Promise<Run> =>
  eventually(`run ${id} is ${state}`, async () => {
    const run = await client.readRun(id);
    return run?.state === state && run;
  });
const keysOf = (run: Run) => run.records.map(({ key }) => key).toReversed();

describe('cancelling a run while its request is out', () => {
  it('gives the request up, begins no other, and says who cancelled it and why', async () => {
    await using shop = await openSlowShop();
    const { id } = await begin(shop.url);
    await eventually('the request is out', () => shop.received.length === 1);
    await client.make('cancel_workflow_event', { id, reason: 'Wrong address' });
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'cancelled', cancel_reason: 'Wrong address', state: null });
    expect(run.cancelled_by).toMatch(/^key_/);
    expect(keysOf(run)).toContain('cancel-requested');
    const given = run.records.find(({ key }) => key === 'error');
    expect(given?.record.error).toMatchObject({ code: 'run-cancelled' });
    expect(shop.receivedOn('/second')).toEqual([]);
  });
});

describe('a run that is watched', () => {
  it('is told at each step until it ends, and who ended it is in an audit log that verifies', async () => {
    await using shop = await openSlowShop();
    const { id } = await begin(shop.url);
    const query = `subscription { workflow_event(id: "${id}") {
      workflow_event { status records { key } } } }`;
    const stream = await fetch(`${stack.gateway}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Token ${stack.apiKey}`,
      },
      body: JSON.stringify({ query }),
    });
    await eventually('the request is out', () => shop.received.length === 1);
    await client.make('cancel_workflow_event', { id, reason: 'Wrong address' });
    // It ends by itself, when the run has.
    const text = await stream.text();
    const told = [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(
      ([, data = '']) => JSON.parse(data).data,
    );
    expect(told.at(-1)?.workflow_event.workflow_event).toMatchObject({ status: 'cancelled' });
    expect(text).toMatch(/event: complete\ndata: \n\n$/);
    const cursors = [...text.matchAll(/^id: (\d+)$/gm)].map(([, cursor]) => Number(cursor));
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => a - b));

    const entry = await eventually('it is in the audit log', async () => {
      const filter = `{ entity_id: "${id}", action: "cancel_run" }`;
      const { audit_log } = await client.query(`{ audit_log(filter: ${filter}) {
        edges { node { actor outcome after origin { ip credential } } } } }`);
      return audit_log.edges[0]?.node;
    });
    expect(entry).toMatchObject({
      outcome: 'accepted',
      after: { reason: 'Wrong address' },
      origin: { ip: '127.0.0.1', credential: entry.actor },
    });
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'audit.jsonl');
    const exported = await fetch(`${stack.gateway}/v1/audit-log`, {
      headers: { authorization: `Token ${stack.apiKey}` },
    });
    await writeFile(file, await exported.text());
    const tool = resolve(import.meta.dirname, '../../services/command/src/audit/main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [tool, 'verify-file', file]);
    expect(stdout).toMatch(/entries 0 to \d+ hold/);
  });
});

describe('somebody who watched a run when the gateway was killed', () => {
  it('goes on at the last cursor, is told of what happened meanwhile, and of nothing twice', async () => {
    await using shop = await openSlowShop();
    const { id } = await begin(shop.url);
    await eventually('the request is out', () => shop.received.length === 1);
    const watching = (after?: string) =>
      `subscription { workflow_event(id: "${id}"${after === undefined ? '' : `, after: "${after}"`}) {
        cursor workflow_event { status records { key } } } }`;
    const seen = await (async () => {
      await using socket = openLiveSocket(stack);
      const { value } = await socket.watch(watching()).next();
      await stack.kill('gateway');
      return toldIn(value);
    })();
    expect(['pending', 'running']).toContain(seen.workflow_event.status);
    shop.release();
    await stack.replaced('gateway');
    const { records } = await client.endOf(id);

    const goOn = async (after: string) => {
      await using socket = openLiveSocket(stack);
      const told = [];
      for await (const value of socket.watch(watching(after))) told.push(toldIn(value));
      return told;
    };
    const told = await goOn(seen.cursor);
    expect(told.at(-1)?.workflow_event).toEqual({
      status: 'success',
      records: records.map(({ key }) => ({ key })),
    });
    const cursors = [seen, ...told].map(({ cursor }) => BigInt(cursor));
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => Number(a - b)));
    expect(await goOn(told.at(-1)?.cursor ?? '')).toEqual([]);
  });
});

describe('pausing a run while its request is out', () => {
  it('lets the request end, and begins the next one when it is resumed', async () => {
    await using shop = await openSlowShop();
    const { id, slug } = await begin(shop.url);
    await eventually('the request is out', () => shop.received.length === 1);
    await client.make('pause_workflow_event', { id });
    shop.release();
    const isAnswered = async () =>
      (await client.readRun(id))?.records.some(
        ({ key, meta }) => key === 'action-output' && meta.workflow_action_slug === slug,
      );
    await eventually('the request has ended', isAnswered);
    expect(await inState(id, 'paused')).toMatchObject({ status: 'running', ended_at: null });
    expect(shop.receivedOn('/second')).toEqual([]);
    await client.make('resume_workflow_event', { id });
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'success', state: null });
    expect(keysOf(run)).toEqual(expect.arrayContaining(['paused', 'resumed']));
  });
});

describe('pausing a workflow', () => {
  it('accepts runs and holds them, also over a restart of all who know of it, until it is resumed', async () => {
    await using shop = await openSlowShop();
    shop.release();
    const tag = newTag();
    const actions = [httpAction(`First ${tag}`, shop.url, '/first')];
    const { id } = await client.make('create_workflow', inline(`Pause ${tag}`, actions));
    const paused = await client.make('pause_workflow', { id, reason: 'Rates are wrong' });
    expect(paused).toMatchObject({ is_paused: true, pause: { reason: 'Rates are wrong' } });
    const run = await client.make('create_workflow_event', { workflow_id: id, event_type: 'manual' });
    expect(await inState(run.id, 'held')).toMatchObject({ status: 'pending' });
    for (const part of ['executor', 'scheduler', 'command']) await stack.kill(part);
    for (const part of ['executor', 'scheduler', 'command']) await stack.replaced(part);

    // Once a run of another workflow has ended, this one's has had its turn.
    const { id: other } = await begin(shop.url);
    await client.endOf(other);
    expect(await client.readRun(run.id)).toMatchObject({ status: 'pending', state: 'held', records: [] });

    expect(await client.make('resume_workflow', { id })).toMatchObject({ is_paused: false, pause: null });
    const ended = await client.endOf(run.id);
    expect(ended).toMatchObject({ status: 'success', state: null });
    const held = ended.records.find(({ key }) => key === 'held')?.record;
    expect(held).toMatchObject({ scope: 'workflow', reason: 'Rates are wrong', by: paused.pause.by });
    expect(
      shop.received.filter(({ headers }) => headers['idempotency-key']?.toString().startsWith(run.id)),
    ).toHaveLength(1);
  });
});

describe('pausing the organisation', () => {
  it('holds the runs of all of its workflows until it is resumed', async () => {
    await using shop = await openSlowShop();
    shop.release();
    const pause = 'is_paused pause { since by reason }';
    const text = `mutation { pause_organization(input: {reason: "Carrier is down"}) { errors { field } ${pause} } }`;
    expect((await client.query(text)).pause_organization).toMatchObject({
      errors: null,
      is_paused: true,
      pause: { reason: 'Carrier is down', by: expect.stringMatching(/^key_/) },
    });
    const { id } = await begin(shop.url);
    await inState(id, 'held');
    const listed = await client.query('{ workflow_events(filter: {state: held}) { edges { node { id } } } }');
    expect(listed.workflow_events.edges).toEqual([{ node: { id } }]);
    const resumed = await client.query(`mutation { resume_organization { errors { field } ${pause} } }`);
    expect(resumed.resume_organization).toEqual({ errors: null, is_paused: false, pause: null });
    const { organization_pause } = await client.query('{ organization_pause { reason } }');
    expect(organization_pause).toBeNull();
    expect(await client.endOf(id)).toMatchObject({ status: 'success' });
  });
});

describe('a run that is parked for a POST without an answer', () => {
  /** A shop that cuts the first request off once it has it. */
  const openRudeShop = () => {
    let requests = 0;
    return openShop({
      '/first': () => (++requests === 1 ? hangUp : { body: { paid: true } }),
      '/second': () => ({ body: { ok: true } }),
    });
  };
  const parked = async (shop: string) => {
    const begun = await begin(shop, { method: 'post' });
    const run = await inState(begun.id, 'parked');
    expect(run.parked).toMatchObject({ cause: 'outcome-unknown', action: begun.slug });
    return begun;
  };

  it('is listed as parked until it is settled', async () => {
    await using shop = await openRudeShop();
    const { id, slug } = await parked(shop.url);
    const listed = async () => {
      const text = '{ workflow_events(filter: {state: parked}) { edges { node { id } } } }';
      const { workflow_events } = await client.query(text);
      return workflow_events.edges.some(({ node }: { node: { id: string } }) => node.id === id);
    };
    expect(await listed()).toBe(true);
    await client.make('settle_workflow_event', { id, action: slug, as: 'failed', note: 'Never arrived' });
    expect(await listed()).toBe(false);
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'settled-as-failed', action: slug } });
    expect(shop.received).toHaveLength(1);
  });

  it('goes on with the output that the settlement says', async () => {
    await using shop = await openRudeShop();
    const { id, slug } = await parked(shop.url);
    const output = { paid: 'as the bank says' };
    await client.make('settle_workflow_event', { id, action: slug, as: 'succeeded', output });
    const run = await client.endOf(id);
    expect(run).toMatchObject({ status: 'success', state: null, parked: null });
    expect(shop.receivedOn('/first')).toHaveLength(1);
    expect(shop.receivedOn('/second').map(({ body }) => JSON.parse(body))).toEqual([output]);
    const input = run.records.find(({ key }) => key === 'settled');
    expect(input?.record).toMatchObject({ as: 'succeeded', output, action_name: slug });
  });

  it('sends the request again under the same key when it is settled so', async () => {
    await using shop = await openRudeShop();
    const { id, slug } = await parked(shop.url);
    await client.make('settle_workflow_event', { id, action: slug, as: 'retry' });
    expect(await client.endOf(id)).toMatchObject({ status: 'success' });
    const keys = shop.receivedOn('/first').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([`${id}-${slug}`, `${id}-${slug}`]);
  });

  it('is resolved together with others of its cause, after a preview that does nothing', async () => {
    await using shop = await openRudeShop();
    const { id, slug } = await parked(shop.url);
    const workflow_id = (await client.query(`{ workflow_event(id: "${id}") { workflow { id } } }`))
      .workflow_event.workflow.id;
    const groups = '{ parked_workflow_events { cause action count workflow { id } } }';
    const group = { cause: 'outcome-unknown', action: slug, count: 1, workflow: { id: workflow_id } };
    expect((await client.query(groups)).parked_workflow_events).toContainEqual(group);

    const resolve = async (more: object) => {
      const text = `mutation ($input: ResolveParkedWorkflowEventsMutationInput!) {
        resolve_parked_workflow_events(input: $input) {
          errors { field } matching runs { id errors { field messages } repeats { action method url } } } }`;
      const input = { filter: { workflow_id }, as: 'retry', ...more };
      return (await client.query(text, { input })).resolve_parked_workflow_events;
    };
    const repeats = [{ action: slug, method: 'POST', url: `${shop.url}/first` }];
    const answer = { errors: null, matching: 1, runs: [{ id, errors: null, repeats }] };
    expect(await resolve({ preview: true })).toEqual(answer);
    expect(await client.readRun(id)).toMatchObject({ state: 'parked' });
    expect(await resolve({ filter: { cause: 'bad-luck' } })).toMatchObject({
      errors: [{ field: 'filter.cause' }],
    });
    expect(await resolve({})).toEqual(answer);
    expect(await client.endOf(id)).toMatchObject({ status: 'success' });
    expect(shop.receivedOn('/first')).toHaveLength(2);
  });

  it('names the field and what to do instead where it can only be settled', async () => {
    await using shop = await openRudeShop();
    const { id } = await parked(shop.url);
    expect(await client.change('redrive_workflow_event', { id })).toMatchObject({
      errors: [{ field: 'id', messages: [expect.stringContaining('settle the action')] }],
      workflow_event: null,
    });
  });
});
