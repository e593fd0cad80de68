import type { Event, Json } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { appliedPosition, migrate, openReadModel } from '@karrio/read-model';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshDatabase } from '@karrio/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { tables } from '../src/projection/table.ts';
import { project } from '../src/write/project.ts';
import { releaseParked } from '../src/write/release-parked.ts';
import { CheckpointMoved, openWriter } from '../src/write/writer.ts';
import { histories } from './histories.ts';
import { aLog, time } from './log.ts';
import { aSuccessfulRun, requested, runStream } from './run-events.ts';

const log = createLogger('query', 'silent');

/** Tables as they are, in the order of their keys. */
const setup = async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await freshDatabase());
  const { db } = stack.use(openReadModel({ url, poolMax: 2, applicationName: 'test' }));
  await migrate(db);
  const writer = stack.use(openWriter({ url }));
  let from = await writer.checkpoint();
  const projection = { writer, parked: new Set<string>(), log };
  const rowsOf = async (table: string) => {
    const { rows } = await sql<{
      row: unknown;
    }>`select to_jsonb(t) as row from ${sql.table(table)} t order by 1`.execute(db);
    return rows;
  };
  const kept = stack.move();
  return {
    db,
    writer,
    projection,
    project: async (events: readonly Recorded[]) => {
      const position = events.at(-1)?.position ?? from;
      await project(projection, { events, position }, from);
      from = position;
    },
    rewind: async () => {
      await db.updateTable('checkpoint').set({ position: '-1' }).execute();
      from = -1n;
    },
    dump: async () => {
      const tableNames = Object.keys(tables);
      const rows = await Promise.all(tableNames.map(rowsOf));
      return Object.fromEntries(tableNames.map((table, index) => [table, rows[index]]));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

const aHistory = () => {
  const record = aLog();
  return Object.values(histories).flatMap((history) => {
    const { stream, events } = history();
    return events.map((event: Event) => record(stream, event));
  });
};

describe('projecting into Postgres', () => {
  it('writes the same rows event by event as in one batch', async () => {
    await using atOnce = await setup();
    await using oneByOne = await setup();
    const events = aHistory();
    await atOnce.project(events);
    for (const event of events) await oneByOne.project([event]);

    const rows = await atOnce.dump();
    expect(rows).toMatchObject({
      run: { length: 4 },
      run_action: { length: 7 },
      run_note: { length: 9 },
      pause: { length: 1 },
    });
    expect(rows).toMatchObject({
      workflow: { length: 1 },
      workflow_action: { length: 1 },
      workflow_trigger: { length: 1 },
      trigger_slot: { length: 4 },
    });
    expect(rows).toMatchObject({ organization: { length: 1 }, api_key: { length: 2 } });
    expect(rows).toMatchObject({ audit_entry: { length: 2 } });
    expect(rows).toMatchObject({ user_account: { length: 1 }, session: { length: 1 } });
    expect(rows).toMatchObject({ member: { length: 1 }, invitation: { length: 3 } });
    expect(rows).toMatchObject({ rate_decision: [{ row: { outcome: 'selected', notified: [{}] } }] });
    const kinds = ['workflow', 'workflow_action', 'workflow_connection', 'workflow_trigger', 'organization'];
    expect(rows['entity_change']).toEqual(
      expect.arrayContaining(
        kinds.map((entity) => ({ row: expect.objectContaining({ entity, org_id: 'org_1' }) })),
      ),
    );
    expect(await oneByOne.dump()).toEqual(rows);
  });

  it('has no rows of what a ledger has forgotten, event by event or in one batch', async () => {
    await using atOnce = await setup();
    await using oneByOne = await setup();
    const record = aLog();
    const { stream, events } = histories.schedule();
    const forgotten = { workflowId: 'wkfl_1', before: 4, at: time(12) };
    const history: readonly Event[] = [...events, { type: 'OccurrencesForgotten', data: forgotten }];
    const recorded = history.map((event) => record(stream, event));
    await atOnce.project(recorded);
    for (const event of recorded) await oneByOne.project([event]);
    const { trigger_slot: rows } = await atOnce.dump();
    expect(rows?.map(({ row }) => row)).toMatchObject([{ status: 'caught_up' }, { status: 'skipped' }]);
    expect((await oneByOne.dump())['trigger_slot']).toEqual(rows);
  });

  it('changes nothing when the log is projected again', async () => {
    await using store = await setup();
    const events = aHistory();
    await store.project(events);
    const rows = await store.dump();
    await store.rewind();
    for (const event of events) {
      await store.project([event]);
      expect(await store.dump()).toEqual(rows);
    }
  });

  it('moves the checkpoint with the rows', async () => {
    await using store = await setup();
    expect(await appliedPosition(store.db)).toBe(-1n);
    const events = aHistory();
    await store.project(events);
    expect(await appliedPosition(store.db)).toBe(events.at(-1)?.position);
  });

  // Two processes of a rolling update, or a Postgres that lost its last moment in a crash.
  it('writes no row when the checkpoint is not where this process left it', async () => {
    await using store = await setup();
    await store.db.updateTable('checkpoint').set({ position: '7' }).execute();
    await expect(store.project(aHistory())).rejects.toThrow(CheckpointMoved);
    expect(Object.values(await store.dump()).flat()).toEqual([]);
  });

  it('takes text that Postgres has no character for', async () => {
    await using store = await setup();
    const record = aLog();
    await store.project([record(runStream(), requested({ note: 'a\u0000b', half: '\ud83d', 'k\u0000': 1 }))]);
    const { parameters } = await store.db.selectFrom('run').select('parameters').executeTakeFirstOrThrow();
    expect(parameters).toEqual({ note: 'a\ufffdb', half: '\ufffd', 'k\ufffd': 1 });
  });

  it('parks the stream of an event that Postgres refuses, and projects all others', async () => {
    await using store = await setup();
    const record = aLog();
    const [bad, good] = [runStream(), runStream()];
    const events = aSuccessfulRun().flatMap((event) => [record(bad, broken(event)), record(good, event)]);
    await store.project(events);

    const runs = await store.db.selectFrom('run').select(['id', 'status']).orderBy('status').execute();
    expect(runs).toEqual([
      { id: bad.slice('run-'.length), status: 'pending' },
      { id: good.slice('run-'.length), status: 'success' },
    ]);
    const parked = await store.db.selectFrom('parked_event').selectAll().orderBy('revision').execute();
    expect(parked.map(({ stream, revision }) => [stream, revision])).toEqual(
      [1, 2, 3, 4, 5, 6].map((revision) => [bad, revision]),
    );
    expect(parked[0]?.error).toContain('not a time');
    expect(parked[1]?.error).toBeNull();
    expect(await appliedPosition(store.db)).toBe(events.at(-1)?.position);
  });

  it('parks the stream of an event that is too deep for JSON', async () => {
    await using store = await setup();
    const record = aLog();
    const stream = runStream();
    await store.project([record(stream, requested(nested(100_000)))]);
    expect([...store.projection.parked]).toEqual([stream]);
  });

  it('projects a parked stream after all when a restart finds that its events can be written', async () => {
    await using store = await setup();
    const record = aLog();
    const stream = runStream();
    await store.project(aSuccessfulRun().map((event) => record(stream, broken(event))));
    expect(store.projection.parked).toEqual(new Set([stream]));

    const again = aLog();
    const repaired = aSuccessfulRun().map((event) => again(stream, event));
    await releaseParked({ ...store.projection, read: async () => repaired });
    expect(store.projection.parked).toEqual(new Set());
    expect(await store.dump()).toMatchObject({ run: [{ row: { status: 'success' } }], parked_event: [] });
  });

  it('keeps a stream parked whose events are still refused', async () => {
    await using store = await setup();
    const record = aLog();
    const stream = runStream();
    const events = aSuccessfulRun().map((event) => record(stream, broken(event)));
    await store.project(events);
    await releaseParked({ ...store.projection, read: async () => events });
    expect(store.projection.parked).toEqual(new Set([stream]));
    expect(await store.dump()).toMatchObject({ parked_event: { length: 6 } });
  });

  it('writes on with a new connection after the old one was cut', async () => {
    await using store = await setup();
    const events = aHistory();
    await store.project(events.slice(0, 8));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'karrio-query-writer' and datname = current_database()`.execute(store.db);
    // Whether the writer hears of the cut before or with its next statement is a matter of timing.
    await eventually('the rest is written', () => store.project(events.slice(8)).then(() => true));
    expect(await appliedPosition(store.db)).toBe(events.at(-1)?.position);
  });
});

/** The run starts at a time that is none. */
const broken = (event: ReturnType<typeof aSuccessfulRun>[number]) =>
  event.type === 'RunStarted' ? { ...event, data: { at: 'not a time' } } : event;

const nested = (depth: number): Json => {
  let value: Json = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};
