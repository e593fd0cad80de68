import { streams } from '@karrio/contracts';
import type { Event } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anActionHistory, aWorkflowHistory } from '../../test/definition-events.ts';
import { aPauseHistory, histories } from '../../test/histories.ts';
import { aLog, time } from '../../test/log.ts';
import { aRunOfUnknownOutcome, aSuccessfulRun, runStream } from '../../test/run-events.ts';
import { type BatchChanges, changesOf } from './batch.ts';
import { tables, type TableName } from './table.ts';

const kind = fc.constantFrom(...Object.values(histories));

/** Streams whose events come one after the other, in any interleaving. */
const aHistory = fc.array(kind, { minLength: 1, maxLength: 5 }).chain((kinds) => {
  const pending = kinds.map((history) => history());
  const turns = pending.flatMap(({ events }, index) => events.map(() => index));
  return fc.shuffledSubarray(turns, { minLength: turns.length }).map((order) => interleave(pending, order));
});

type Pending = Readonly<{ stream: string; events: readonly Event[] }>;

const interleave = (pending: readonly Pending[], order: readonly number[]) => {
  const record = aLog();
  const queues = pending.map(({ stream, events }) => ({ stream, events: [...events] }));
  return order.flatMap((index) => {
    const queue = queues[index];
    const event = queue?.events.shift();
    return queue && event ? [record(queue.stream, event)] : [];
  });
};

/** What the statements of `write/statement.ts` do, on a map. The integration test compares them. */
const applied = (batches: readonly BatchChanges[]) => {
  const rows = new Map<string, Record<string, unknown>>();
  const put = (table: TableName, row: Readonly<Record<string, unknown>>, isCreation: boolean) => {
    const key = [table, ...tables[table].key.map((column: string) => String(row[column]))].join(' ');
    const earlier = rows.get(key);
    if (earlier && Number(earlier['revision']) >= Number(row['revision'])) return;
    if (!isCreation) {
      if (earlier) rows.set(key, { ...earlier, ...row });
      return;
    }
    const kept = tables[table].kept.map((column: string) => [column, row[column] ?? earlier?.[column]]);
    rows.set(key, { ...row, ...Object.fromEntries(kept) });
  };
  for (const { rows: changes } of batches) {
    for (const [table, { created, changed }] of Object.entries(changes)) {
      if (!isTable(table)) continue;
      for (const row of created) put(table, row, true);
      for (const row of changed) put(table, row, false);
    }
  }
  return rows;
};
const isTable = (name: string): name is TableName => name in tables;

const cut = (events: readonly Recorded[], sizes: readonly number[]) => {
  const batches: (readonly Recorded[])[] = [];
  let rest = events;
  for (const size of sizes) {
    batches.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...batches, rest];
};
const changes = (events: readonly Recorded[]) => changesOf(events, new Set());
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 });

describe('folding the log into rows', () => {
  it('gives the same rows however the log is cut into batches', () => {
    fc.assert(
      fc.property(aHistory, sizes, (events, batchSizes) => {
        const atOnce = applied([changes(events)]);
        expect(applied(cut(events, batchSizes).map(changes))).toEqual(atOnce);
      }),
    );
  });

  it('gives the same rows when batches come again', () => {
    fc.assert(
      fc.property(aHistory, sizes, fc.nat(), (events, batchSizes, seed) => {
        const batches = cut(events, batchSizes);
        const again = batches.slice(0, 1 + (seed % batches.length));
        expect(applied([...batches, ...again].map(changes))).toEqual(applied(batches.map(changes)));
      }),
    );
  });

  it('writes a run that begins and ends within a batch as one row, and each attempt as one', () => {
    const record = aLog();
    const stream = runStream();
    const { rows, touched } = changes(aSuccessfulRun().map((event) => record(stream, event)));
    expect(rows.run.changed).toEqual([]);
    expect(rows.run.created).toMatchObject([
      { status: 'success', created_at: time(0), started_at: time(1), ended_at: time(9), revision: 6 },
    ]);
    expect(rows.run_action.created.map(({ slug, status }) => `${slug} ${status}`)).toEqual([
      'fetch_orders success',
      'map_orders success',
      'any_orders success',
    ]);
    expect(touched).toEqual([{ org: 'org_1', entity: 'workflow_event', id: stream.slice('run-'.length) }]);
  });

  it('keeps the request of an attempt beside its response', () => {
    const record = aLog();
    const stream = runStream();
    const { rows } = changes(aSuccessfulRun().map((event) => record(stream, event)));
    expect(rows.run_action.created[0]).toMatchObject({
      request: { url: 'http://shop.test/orders?limit=2' },
      response: { status: 200 },
      output: { json: [{ id: 1 }, { id: 2 }] },
    });
  });

  it('says of a run whose request may have taken effect that its outcome is unknown', () => {
    const record = aLog();
    const stream = runStream();
    const { rows } = changes(aRunOfUnknownOutcome().map((event) => record(stream, event)));
    expect(rows.run.created).toMatchObject([{ status: 'failed', state: 'outcome_unknown' }]);
    expect(rows.run_action.created).toMatchObject([{ status: 'outcome_unknown', ended_at: time(30) }]);
  });

  it('keeps the row of a deleted workflow, since its runs show it', () => {
    const record = aLog();
    const { rows } = changes(aWorkflowHistory('wkfl_1').map((event) => record('workflow-wkfl_1', event)));
    expect(rows.workflow.created).toMatchObject([{ name: 'Orders', is_active: true, deleted_at: time(5) }]);
  });

  it('shows the keys of an organization, and until when a revoked one was good', () => {
    const record = aLog();
    const { stream, events } = histories.organization();
    const { rows } = changes(events.map((event) => record(stream, event)));
    expect(rows.organization.created).toMatchObject([{ name: 'Acme' }]);
    expect(rows.api_key.created.map(({ revoked_at }) => revoked_at)).toEqual([time(3), null]);
  });

  it('empties what a revision empties', () => {
    const record = aLog();
    const { stream, events } = histories.trigger();
    const { rows } = changes(events.map((event) => record(stream, event)));
    expect(rows.workflow_trigger.created).toMatchObject([{ secret_key: 'X-Secret', sealed_secret: null }]);
  });

  it('shows that a secret is set, and nothing of it, sealed or not', () => {
    const record = aLog();
    const { stream, events } = histories.connection();
    const { rows } = changes(events.map((event) => record(stream, event)));
    const secret = { fingerprint: 'f', changedAt: time(0) };
    expect(rows.workflow_connection.created).toMatchObject([{ credentials: { old: secret } }]);
    expect(rows.workflow_connection.created[0]?.metafields).toMatchObject([{ secret: null }, { secret }]);
    expect(JSON.stringify(rows)).not.toContain('sealed":');
    expect(JSON.stringify(rows)).not.toContain('"sealed"');
  });

  it('completes the actions of older events', () => {
    const record = aLog();
    const [created] = anActionHistory('wact_1');
    if (created?.type !== 'ActionCreated') throw new Error('no action');
    const { templateEngine, connectionId, http, metafields, ...definition } = created.data.definition;
    const { rows } = changes([
      record('action-wact_1', { ...created, data: { ...created.data, definition } }),
    ]);
    expect(rows.workflow_action.created).toMatchObject([
      { template_engine: templateEngine, connection_id: connectionId, http, metafields },
    ]);
  });

  it('says where a workflow and its pause last changed, whichever of the two changed more often', () => {
    const whole = aWorkflowHistory('wkfl_1').slice(0, -1);
    const ofWorkflow = { stream: streams.workflow('wkfl_1'), events: whole };
    const ofPause = { stream: streams.pause('wkfl_1'), events: aPauseHistory };
    const workflowFirst = [ofWorkflow, ofPause].flatMap(({ events }, turn) => events.map(() => turn));
    for (const order of [workflowFirst, workflowFirst.toReversed()]) {
      const events = interleave([ofWorkflow, ofPause], order);
      const rows = applied(events.map((event) => changes([event])));
      for (const [entity, { stream }] of [['workflow', ofWorkflow] as const, ['pause', ofPause] as const]) {
        const last = events.findLast((event) => event.stream === stream);
        expect(rows.get(`entity_change ${entity} wkfl_1`)).toMatchObject({
          position: String(last?.position),
          is_deleted: false,
        });
      }
    }
    // Who remembers a workflow is told of its pause all the same.
    const { touched } = changes(interleave([ofPause], [0]));
    expect(touched).toEqual([{ org: 'org_1', entity: 'workflow', id: 'wkfl_1' }]);
  });

  it('queues the events of a parked stream instead of projecting them', () => {
    const record = aLog();
    const [parked, other] = [runStream(), runStream()];
    const events = aSuccessfulRun().flatMap((event) => [record(parked, event), record(other, event)]);
    const { rows, touched } = changesOf(events, new Set([parked]));
    expect(rows.run.created.map(({ id }) => `run-${id}`)).toEqual([other]);
    expect(rows.parked_event.created.map(({ stream, revision }) => [stream, revision])).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((revision) => [parked, revision]),
    );
    expect(touched).toHaveLength(1);
  });

  it('skips events that only a newer build knows', () => {
    const record = aLog();
    const { rows, touched } = changes([record(runStream(), { type: 'RunTeleported', data: {} })]);
    expect(Object.values(rows).flatMap((of) => [...of.created, ...of.changed, ...of.removed])).toEqual([]);
    expect(touched).toEqual([]);
  });
});
