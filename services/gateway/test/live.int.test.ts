import { subjects } from '@karrio/contracts';
import { eventually } from '@karrio/testing';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill } from './dataset.ts';
import { ask } from './graphql-client.ts';
import {
  addRun,
  addWorkflow,
  apiKey,
  projected,
  startGateway,
  strangerKey,
  testKey,
  type TestGateway,
} from './harness.ts';
import { streamRun, subscribe, type Told } from './live-client.ts';

let gateway: TestGateway;
let workflowId: string;
beforeAll(async () => {
  gateway = await startGateway({ subscriptionsPerKeyMax: 8 });
  ({ id: workflowId } = await addWorkflow(gateway));
});
afterAll(() => gateway[Symbol.asyncDispose]());

let position = 1_000;

type Change = Readonly<{
  status?: 'running' | 'success';
  notice?: boolean;
  org?: string;
  parameters?: object;
}>;

/** What `query` does with an event of a run, or of several at once. */
const changeRuns = async (ids: readonly string[], { status, notice = true, org = 'org_1' }: Change = {}) => {
  for (const id of ids) {
    await gateway.db
      .updateTable('run')
      .set({
        position: String(++position),
        ...(status ? { status } : {}),
        ended_at: status === 'success' ? '2026-11-22T10:00:02.000Z' : null,
      })
      .where('id', '=', id)
      .execute();
  }
  await projected(gateway, position, notice);
  if (!notice) return position;
  for (const id of ids) {
    const entity = 'workflow_event';
    gateway.bus.publish(subjects.liveChange.of({ org, entity, id }), {
      entity,
      id,
      position: String(position),
    });
  }
  return position;
};

const newRun = async (over: Partial<Parameters<typeof addRun>[1]> = {}) => {
  const { id } = await addRun(gateway, {
    workflow_id: workflowId,
    status: 'running',
    ended_at: null,
    position: String(++position),
    ...over,
  });
  await projected(gateway, position, false);
  return id;
};

const ofRun = `subscription ($id: String!, $after: String) { workflow_event(id: $id, after: $after) {
  cursor workflow_event { id status records { key } } } }`;
const ofRuns = `subscription ($filter: LiveWorkflowEventFilter, $after: String) {
  workflow_events(filter: $filter, after: $after) { cursor workflow_event { id status } } }`;

const runIn = (told: Told | undefined) => {
  const [change] = Object.values<ReturnType<typeof JSON.parse>>(told?.data?.data ?? {});
  return [change?.workflow_event.id, change?.workflow_event.status, told?.id];
};
const codeIn = (told: Told | undefined) => told?.data?.errors?.[0]?.code;

describe('a subscription to a run', () => {
  it('tells it as it is, then at each change, until it has ended', async () => {
    const id = await newRun();
    const stream = await subscribe(gateway, ofRun, { id });
    expect(runIn(await stream.next())).toEqual([id, 'running', String(position)]);
    await changeRuns([id]);
    expect(runIn(await stream.next())).toEqual([id, 'running', String(position)]);
    await changeRuns([id], { status: 'success' });
    const last = await stream.next();
    expect(runIn(last)).toEqual([id, 'success', String(position)]);
    expect(last?.data.extensions.cursor).toBe(last?.data.data.workflow_event.cursor);
    expect(await stream.next()).toMatchObject({ event: 'complete' });
    expect(await stream.next()).toBeUndefined();
  });

  it('goes on behind a cursor, by argument or by Last-Event-ID, and ends where nothing more can come', async () => {
    const id = await newRun();
    const seen = String(position);
    await changeRuns([id], { status: 'success' });
    for (const stream of [
      await subscribe(gateway, ofRun, { id, after: seen }),
      await subscribe(gateway, ofRun, { id }, { lastEventId: seen }),
    ]) {
      expect(runIn(await stream.next())).toEqual([id, 'success', String(position)]);
      expect(await stream.next()).toMatchObject({ event: 'complete' });
    }
    const over = await subscribe(gateway, ofRun, { id, after: String(position) });
    expect(await over.next()).toMatchObject({ event: 'complete' });
  });

  it('is there as REST too', async () => {
    const id = await newRun();
    const stream = await streamRun(gateway, id);
    expect(await stream.next()).toMatchObject({
      id: String(position),
      event: 'workflow_event',
      data: { id, status: 'running', records: [] },
    });
    await changeRuns([id], { status: 'success' });
    expect(await stream.next()).toMatchObject({ data: { status: 'success' } });
    expect(await stream.next()).toMatchObject({ event: 'complete' });
    expect((await streamRun(gateway, id, { key: strangerKey })).status).toBe(404);
  });

  it('comes over WebSocket as well, which carries nothing else', async () => {
    const id = await newRun();
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    const client = createClient({ url, connectionParams: { Authorization: `Token ${apiKey}` } });
    const told = client.iterate({ query: ofRun, variables: { id } });
    expect((await told.next()).value).toMatchObject({
      data: { workflow_event: { cursor: String(position) } },
    });
    await changeRuns([id], { status: 'success' });
    expect((await told.next()).value).toMatchObject({
      data: { workflow_event: { workflow_event: { id, status: 'success' } } },
      extensions: { cursor: String(position) },
    });
    expect((await told.next()).done).toBe(true);
    const query = client.iterate({ query: '{ workflows { edges { node { id } } } }' });
    await expect(query.next()).rejects.toMatchObject([{ message: expect.stringContaining('POST /graphql') }]);
    await client.dispose();
    const unknown = createClient({
      url,
      retryAttempts: 0,
      connectionParams: { Authorization: 'Token key_no' },
    });
    await expect(unknown.iterate({ query: ofRun, variables: { id } }).next()).rejects.toMatchObject({
      code: 4403,
    });
  });
});

describe('a subscription to runs', () => {
  // The rows are level-triggered: of a run that changes twice in a moment, the last state is told.
  it('tells every run in its last state and none twice, whenever its client goes away and comes to another gateway', async () => {
    await using other = await gateway.beside();
    const ids = await Promise.all(Array.from({ length: 20 }, () => newRun()));
    const begun = String(position);
    const told: Told[] = [];
    let cursor: string | undefined = begun;
    let isOver = false;
    const reading = (async () => {
      for (let turn = 0; !isOver; turn++) {
        const stream = await subscribe(
          turn % 2 === 0 ? gateway : other,
          ofRuns,
          { filter: { workflow_id: workflowId } },
          { lastEventId: cursor },
        );
        for (let n = 0; n < 7 && !isOver; n++) {
          const next = await stream.next();
          if (!next) break;
          told.push(next);
          cursor = next.id;
        }
        stream.close();
      }
    })();
    for (let round = 0; round < 60; round++) {
      await changeRuns([ids[(round * 7) % 20] ?? '', ids[(round * 11) % 20] ?? '']);
    }
    const last = await changeRuns(ids);
    await eventually('the last change is told', () => told.at(-1)?.id === String(last));
    isOver = true;
    await changeRuns(ids.slice(0, 1));
    await reading;
    const cursors = told.map(({ id }) => Number(id));
    expect(cursors).toEqual([...new Set(cursors)].toSorted((a, b) => a - b));
    const finals = told.filter(({ id }) => Number(id) > last - 20 && Number(id) <= last);
    expect(finals.map((each) => runIn(each)[0])).toEqual(ids);
  });

  it('hears of what its filter and its key’s mode let through alone, and nothing of another organisation', async () => {
    const mine = await newRun();
    const test = await newRun({ test_mode: true });
    const theirs = await newRun({ org_id: 'org_2' });
    const after = String(position);
    const [live, testing, foreign] = await Promise.all([
      subscribe(gateway, ofRuns, { filter: { statuses: ['success'] }, after }),
      subscribe(gateway, ofRuns, { after }, { key: testKey }),
      subscribe(gateway, ofRuns, { after }, { key: strangerKey }),
    ]);
    await changeRuns([mine, test]);
    await changeRuns([theirs], { org: 'org_2' });
    await changeRuns([mine], { status: 'success' });
    expect(runIn(await live.next())).toEqual([mine, 'success', String(position)]);
    expect(runIn(await testing.next())[0]).toBe(test);
    expect(runIn(await foreign.next())[0]).toBe(theirs);
    for (const stream of [live, testing, foreign]) stream.close();
    const other = await subscribe(gateway, ofRun, { id: mine }, { key: strangerKey });
    const none = await subscribe(gateway, ofRun, { id: 'wevt_none' }, { key: strangerKey });
    expect([other.status, other.refusal]).toEqual([none.status, none.refusal]);
    expect(other.refusal.errors[0]).toMatchObject({ code: 'not_found' });
  });

  it('hears of a change whose notice was lost, a little later', async () => {
    const id = await newRun();
    const stream = await subscribe(gateway, ofRuns, { after: String(position) });
    await changeRuns([id], { notice: false });
    expect(runIn(await stream.next())).toEqual([id, 'running', String(position)]);
    stream.close();
  });

  it('ends for a client that takes in less than comes, and goes on at its cursor without a gap', async () => {
    const parameters = { padding: 'x'.repeat(100_000) };
    const ids = await Promise.all(Array.from({ length: 30 }, () => newRun({ parameters })));
    const query = `subscription ($after: String) { workflow_events(after: $after) {
      workflow_event { id parameters } } }`;
    await eventually('the streams before are gone', async () => (await openSubscriptions()) === 0);
    const slow = await subscribe(gateway, query, { after: String(position) });
    expect(slow.refusal).toBeUndefined();
    // Its socket takes some megabytes, and its mailbox as many changes as it takes.
    for (
      let rounds = 0;
      !((await metric('karrio_subscriptions_ended_total', '{because="subscriber_too_slow"}')) > 0);
      rounds++
    ) {
      if (rounds > 500) throw new Error('it was never too slow');
      await changeRuns(ids);
    }
    const last = position;
    let cursor: string | undefined;
    let told = await slow.next();
    for (; told && !codeIn(told); told = await slow.next()) cursor = told.id;
    expect(codeIn(told)).toBe('subscriber_too_slow');
    const again = await subscribe(gateway, ofRuns, {}, { lastEventId: cursor });
    const rest = new Set<string>();
    for (let next = await again.next(); next; next = await again.next()) {
      rest.add(String(runIn(next)[0]));
      if (next.id === String(last)) break;
    }
    again.close();
    expect(rest.size).toBe(30);
  });
});

const metric = async (name: string, labels = '') => {
  const metrics = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
  return Number(new RegExp(`^${name}${labels || '(?:{.*})?'} (\\d+)`, 'm').exec(metrics)?.[1]);
};
const openSubscriptions = () => metric('karrio_subscriptions');

describe('a subscription to definitions', () => {
  const change = async (
    entity: string,
    id: string,
    is_deleted: boolean,
    revision: number,
    notice = entity,
  ) => {
    const row = { entity, id, org_id: 'org_1', position: String(++position), is_deleted, revision };
    await gateway.db
      .insertInto('entity_change')
      .values(row)
      .onConflict((conflict) => conflict.columns(['entity', 'id']).doUpdateSet(row))
      .execute();
    await projected(gateway, position);
    const subject = subjects.liveChange.of({ org: 'org_1', entity: notice, id });
    gateway.bus.publish(subject, { entity: notice, id, position: String(position) });
  };

  it('tells what changed, with what it is now, and whether it was deleted', async () => {
    const query = `subscription { definition_changes(object_types: ["workflow"]) {
      cursor object_type id is_deleted workflow { name } } }`;
    const stream = await subscribe(gateway, query);
    await change('workflow_action', 'wact_1', false, 0);
    await change('workflow', workflowId, false, 0);
    expect((await stream.next())?.data.data.definition_changes).toEqual({
      cursor: String(position),
      object_type: 'workflow',
      id: workflowId,
      is_deleted: false,
      workflow: { name: 'Orders' },
    });
    await change('workflow', workflowId, true, 1);
    expect((await stream.next())?.data.data.definition_changes).toMatchObject({
      is_deleted: true,
      workflow: null,
    });
    stream.close();
  });

  it('tells of every kind what it is now, of a pause with the workflow whose runs it holds', async () => {
    await fill(gateway.db, 1);
    const query = `subscription { definition_changes {
      object_type id workflow_action { name } workflow_connection { name } workflow_trigger { slug }
      shipping_rule { name } pause { by } workflow { name is_paused } } }`;
    const stream = await subscribe(gateway, query);
    const none = Object.fromEntries(
      [
        'workflow',
        'workflow_action',
        'workflow_connection',
        'workflow_trigger',
        'shipping_rule',
        'pause',
      ].map((field) => [field, null]),
    );
    const workflow = { name: 'Workflow 0', is_paused: true };
    const kinds = {
      workflow_action: ['wact_0', { workflow_action: { name: 'Action 0' } }],
      workflow_connection: ['wcon_0', { workflow_connection: { name: 'Connection 0' } }],
      workflow_trigger: ['wtrg_0', { workflow_trigger: { slug: 't0' } }],
      metafield: ['metaf_0', {}],
      shipping_rule: ['rule_0', { shipping_rule: { name: 'Rule 0' } }],
      pause: ['wkfl_0', { pause: { by: 'key_1' }, workflow }],
      workflow: ['wkfl_0', { workflow }],
    } as const;
    for (const [object_type, [id, shown]] of Object.entries(kinds)) {
      await change(object_type, id, false, 0, object_type === 'pause' ? 'workflow' : object_type);
      const told = (await stream.next())?.data.data.definition_changes;
      expect(told).toEqual({ ...none, object_type, id, ...shown });
    }
    stream.close();
  });
});

describe('a subscription', () => {
  it('is refused to who is not known, with a wrong cursor, beyond the key’s number, and where nobody listens', async () => {
    expect((await subscribe(gateway, ofRuns, {}, { key: null })).status).toBe(401);
    const wrong = await subscribe(gateway, ofRuns, { after: 'yesterday' });
    expect([wrong.status, wrong.refusal.errors[0].message]).toEqual([
      400,
      expect.stringContaining('filter.after'),
    ]);
    const { body } = await ask(gateway, ofRuns);
    expect(body.errors[0].message).toContain('text/event-stream');
    await eventually('the streams before are gone', async () => (await openSubscriptions()) === 0);
    const open = await Promise.all(Array.from({ length: 8 }, () => subscribe(gateway, ofRuns)));
    const ninth = await subscribe(gateway, ofRuns);
    expect([ninth.status, ninth.refusal.errors[0].code]).toEqual([429, 'too_many_subscriptions']);
    open[0]?.close();
    await eventually('there is room again', async () => (await openSubscriptions()) === 7);
    const next = await subscribe(gateway, ofRuns);
    expect(next.status).toBe(200);
    for (const stream of [...open, next]) stream.close();
  });

  it('ends when its key is revoked, and says so', async () => {
    const stream = await subscribe(gateway, ofRuns, {}, { key: testKey });
    await gateway.db
      .updateTable('api_key')
      .set({ revoked_at: '2026-11-22T10:00:00.000Z' })
      .where('test_mode', '=', true)
      .execute();
    const notice = { entity: 'organization', id: 'org_1', position: String(position) };
    gateway.bus.publish(
      subjects.liveChange.of({ org: 'org_1', entity: 'organization', id: 'org_1' }),
      notice,
    );
    expect(codeIn(await stream.next())).toBe('invalid_token');
    expect(await stream.next()).toMatchObject({ event: 'complete' });
  });
});
