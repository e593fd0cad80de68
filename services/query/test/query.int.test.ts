import { randomUUID } from 'node:crypto';
import { subjects } from '@karrio/contracts';
import type { RunEvent } from '@karrio/domain';
import { connectEventStore, storeValue, type EventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { appliedPosition, findRunActions, listRuns, openReadModel } from '@karrio/read-model';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshDatabase, freshNats, startEventStore, startService } from '@karrio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orgId, time } from './log.ts';
import {
  aFailedRun,
  anAttempt,
  aRunOfUnknownOutcome,
  aSuccessfulRun,
  requested,
  runStream,
} from './run-events.ts';
import { rebuild } from '../src/rebuild/rebuild.ts';

const log = createLogger('query-test', 'silent');
const metadata = {
  org: orgId,
  actor: 'key_1',
  $correlationId: 'req_1',
  $causationId: 'cmd_1',
  schema: 1,
} as const;

const stack = new AsyncDisposableStack();
let eventStoreUrl: string;
/** Of its own: on one that others use, their services tell of positions of other logs, and of other keys. */
let natsUrl: string;
let store: EventStore;
beforeAll(async () => {
  eventStoreUrl = stack.use(await startEventStore()).url;
  natsUrl = stack.use(await freshNats()).url;
  store = stack.use(connectEventStore({ url: eventStoreUrl, log }));
});
afterAll(() => stack.disposeAsync());

/** As the services append them: the request, the start, the rest. @returns where the log then stood */
const append = async (stream: string, events: readonly RunEvent[]): Promise<bigint> => {
  let position = 0n;
  let revision: number | 'no-stream' = 'no-stream';
  for (const part of [events.slice(0, 1), events.slice(1, 3), events.slice(3)]) {
    if (part.length === 0) continue;
    const recorded = part.map((event) => ({ ...event, id: randomUUID(), metadata }));
    ({ revision, position } = await store.append(stream, recorded, revision));
  }
  return position;
};

const kinds = [aSuccessfulRun, aFailedRun, aRunOfUnknownOutcome];
const appendRuns = async (count: number): Promise<bigint> => {
  const positions = await Promise.all(
    Array.from({ length: count }, (_, index) => append(runStream(), kinds[index % kinds.length]?.() ?? [])),
  );
  return positions.reduce((a, b) => (a > b ? a : b));
};

const aReadModel = async () => {
  await using parts = new AsyncDisposableStack();
  const { url } = parts.use(await freshDatabase());
  const { db } = parts.use(openReadModel({ url, poolMax: 2, applicationName: 'test' }));
  const start = () =>
    startService('query', { DATABASE_URL: url, EVENTSTORE_URL: eventStoreUrl, NATS_URL: natsUrl });
  const dump = async () => {
    const tables = await Promise.all(
      ['run', 'run_action', 'run_note', 'parked_event'].map((table) =>
        sql`select to_jsonb(t) as row from ${sql.table(table)} t order by 1`.execute(db),
      ),
    );
    return tables.map(({ rows }) => rows);
  };
  const reached = (position: bigint) =>
    eventually('the read model is there', async () => (await appliedPosition(db)) >= position);
  const kept = parts.move();
  return { db, url, start, dump, reached, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

describe('the query service', () => {
  it('has the same rows after it was killed amid its work as a rebuild from zero has', async () => {
    await using live = await aReadModel();
    await using killed = await live.start();
    const first = await appendRuns(30);
    await live.reached(first);
    const appending = appendRuns(300);
    await eventually('it is at work', async () => (await appliedPosition(live.db)) > first);
    await killed.kill();
    await appending;
    const last = await appendRuns(30);
    expect(await appliedPosition(live.db)).toBeLessThan(last);
    await using _restarted = await live.start();
    await live.reached(last);

    await using rebuilt = await aReadModel();
    await using _rebuilding = await rebuilt.start();
    await rebuilt.reached(last);
    const [runs, actions, notes, parked] = await live.dump();
    expect([runs?.length, parked?.length]).toEqual([360, 0]);
    expect(await rebuilt.dump()).toEqual([runs, actions, notes, parked]);
  });

  it('goes on with rows that were rebuilt beside those that are read, which are there all the while', async () => {
    await using live = await aReadModel();
    await using _service = await live.start();
    await live.reached(await appendRuns(60));
    // By hand, as somebody should not.
    await sql`update run set status = 'cancelled'`.execute(live.db);
    await sql`delete from run_note`.execute(live.db);
    await sql`insert into api_key_use values ('key_1', ${orgId}, now())`.execute(live.db);
    let isOver = false;
    const seen = new Set<number>();
    const reading = (async () => {
      while (!isOver) seen.add((await listRuns(live.db, orgId, {}, { first: 100 })).rows.length);
    })();
    const [counts] = await Promise.all([rebuild({ databaseUrl: live.url, store, log }), appendRuns(30)]);
    await live.reached(await appendRuns(10));
    isOver = true;
    await reading;
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(60);
    expect(counts.find(({ table }) => table === 'run')?.now).toBeGreaterThanOrEqual(60);
    expect(counts).toContainEqual({ table: 'api_key_use', former: 1, now: 1 });

    await using rebuilt = await aReadModel();
    await using _rebuilding = await rebuilt.start();
    await rebuilt.reached(await appliedPosition(live.db));
    expect(await live.dump()).toEqual(await rebuilt.dump());
    // A tenant still sees its own rows alone, and the next rebuild finds its place free.
    await using reads = openReadModel({ url: live.url, poolMax: 1, applicationName: 'test' });
    expect((await listRuns(reads.of('org_none'), orgId, {}, { first: 1 })).rows).toEqual([]);
    expect((await listRuns(reads.of(orgId), orgId, {}, { first: 1 })).rows).toHaveLength(1);
    await rebuild({ databaseUrl: live.url, store, log });
  });

  it('announces the position and the run that changed, once they can be read', async () => {
    await using live = await aReadModel();
    await using bus = await connectNats({ url: natsUrl, name: 'test', log });
    await using _service = await live.start();
    const heard: { id: string; position: bigint }[] = [];
    let position = -1n;
    using _changes = bus.subscribe(
      subjects.liveChange,
      subjects.liveChange.matching({ org: orgId, entity: 'workflow_event' }),
      (change) => heard.push({ id: change.id, position: BigInt(change.position) }),
    );
    using _positions = bus.subscribe(subjects.livePosition, subjects.livePosition.matching(), (notice) => {
      position = BigInt(notice.position);
    });
    await bus.ping();
    const stream = runStream();
    const written = await append(stream, aSuccessfulRun());
    await eventually('the position was announced', () => position >= written);
    expect(await appliedPosition(live.db)).toBeGreaterThanOrEqual(written);
    const id = stream.slice('run-'.length);
    await eventually('the run was announced', () =>
      heard.some((change) => change.id === id && change.position >= written),
    );
  });

  it('shows a value that the log keeps apart for its size', async () => {
    await using live = await aReadModel();
    await using _service = await live.start();
    const large = { text: 'x'.repeat(100_000) };
    const output = await storeValue(store, large, metadata);
    expect(output).toHaveProperty('blob');
    const stream = runStream();
    const succeeded = { ...anAttempt(), output, startedAt: time(1), at: time(2) };
    const started = { type: 'RunStarted', data: { at: time(1) } } as const;
    const position = await append(stream, [
      requested(),
      started,
      { type: 'ActionSucceeded', data: succeeded },
    ]);
    await live.reached(position);
    const [action] = await findRunActions(live.db, orgId, [stream.slice('run-'.length)]);
    expect(action?.output).toEqual({ json: large });
  });
});
