import type { SlotEvent, OverlapPolicy, RunEvent, TriggerEvent } from '@karrio/domain';
import { defaultSchedulePolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { at, nothing, stream, startMs } from './evidence.fixture.ts';
import type { Disturbance, Evidence } from './evidence.ts';
import { checkSlots } from './slots.ts';
import { checkTurns } from './turns.ts';

const id = 'wtrg_1';
const workflowId = 'wkfl_1';
const slotAt = (second: number) => ({ name: `slot ${second}`, dueAt: at(second * 1_000) });
const runOf = (second: number) => `wevt_${second}`;

type Line = SlotEvent;
const fired = (second: number, late = 0.1, more: object = {}): Line => ({
  type: 'OccurrenceFired',
  data: {
    workflowId,
    slot: slotAt(second),
    runId: runOf(second),
    kind: 'on-time',
    at: at((second + late) * 1e3),
    ...more,
  },
});
const taken = (second: number, late: number): Line => fired(second, late, { kind: 'queued' });
const queued = (second: number): Line => ({
  type: 'OccurrenceQueued',
  data: { workflowId, slot: slotAt(second), at: at(second * 1_000 + 50) },
});
type Why = Extract<Line, { type: 'OccurrenceSkipped' }>['data']['why'];
const skipped = (
  first: number,
  last: number,
  why: Why,
  atSecond = last + 0.1,
  count = last - first + 1,
): Line => ({
  type: 'OccurrenceSkipped',
  data: { workflowId, first: slotAt(first), last: slotAt(last), count, why, at: at(atSecond * 1_000) },
});
const caughtUp = (second: number, late: number): Line => ({
  type: 'OccurrenceCaughtUp',
  data: { workflowId, slot: slotAt(second), runId: runOf(second), at: at((second + late) * 1_000) },
});
const refused = (second: number): Line => ({
  type: 'OccurrenceRefused',
  data: {
    workflowId,
    slot: slotAt(second),
    runId: runOf(second),
    code: 'inactive',
    message: '',
    at: at(second * 1_000 + 200),
  },
});

/** On from half a second to five and a half; off in between for a pause. */
const trigger = (overlapPolicy: OverlapPolicy, off?: readonly [number, number]): readonly TriggerEvent[] => {
  const definition = (isActive: boolean) => ({
    ...({
      triggerType: 'scheduled',
      schedule: '*/1 * * * * *',
      isActive,
      templateSlug: null,
    } as const),
    secretKey: null,
    sealedSecret: null,
    schedulePolicy: {
      ...defaultSchedulePolicy,
      overlapPolicy,
    },
  });
  const switched = (second: number, isActive: boolean): TriggerEvent => ({
    type: 'TriggerRevised',
    data: { definition: definition(isActive), at: at(second * 1_000) },
  });
  const created = { id, slug: 's', workflowId, definition: definition(true), at: at(500) };
  return [
    { type: 'TriggerCreated', data: created },
    ...(off ? [switched(off[0], false), switched(off[1], true)] : []),
    switched(5.5, false),
  ];
};

const requested = (second: number, ms: number): RunEvent => ({
  type: 'RunRequested',
  data: {
    workflowId,
    planHash: 'h',
    eventType: 'scheduled',
    testMode: false,
    parameters: {},
    triggerId: id,
    slot: slotAt(second),
    at: at(ms),
  },
});
const ended = (ms: number): RunEvent => ({
  type: 'RunSucceeded',
  data: { workflowId, eventType: 'scheduled', testMode: false, at: at(ms) },
});
const cancelled = (ms: number): RunEvent => ({
  type: 'RunCancelRequested',
  data: { by: 'scheduler', at: at(ms) },
});

const world = (changes: readonly TriggerEvent[], ...ledger: readonly Line[]): Evidence => ({
  ...nothing,
  triggers: new Map([[id, stream(...changes)]]),
  ledgers: new Map([[id, stream(...ledger)]]),
  runs: new Map(
    ledger.flatMap(({ type, data }) =>
      type === 'OccurrenceFired' || type === 'OccurrenceCaughtUp'
        ? [[data.runId, runIn(data.slot.dueAt, data.at)] as const]
        : [],
    ),
  ),
});
/** Lasts for half a second. */
const runIn = (dueAt: string, firedAt: string) => {
  const second = (Date.parse(dueAt) - Date.parse(at(0))) / 1_000;
  const firedMs = Date.parse(firedAt) - Date.parse(at(0));
  return stream(requested(second, firedMs + 10), ended(firedMs + 500));
};
const withRun = (evidence: Evidence, second: number, ...events: readonly RunEvent[]): Evidence => ({
  ...evidence,
  runs: new Map([...evidence.runs, [runOf(second), stream(...events)]]),
});
const without = (evidence: Evidence, second: number): Evidence => ({
  ...evidence,
  runs: new Map([...evidence.runs].filter(([runId]) => runId !== runOf(second))),
});

const all = [fired(1), fired(2), fired(3), fired(4), fired(5)] as const;
const smooth = world(trigger('allow'), ...all);
const found = (evidence: Evidence) =>
  [...checkSlots(evidence), ...checkTurns(evidence)].map(({ what }) => what);

const storeAway: Disturbance = {
  part: 'event-store',
  kind: 'killed',
  fromMs: startMs + 5_000,
  untilMs: startMs + 12_000,
};
const deaf: Evidence = {
  ...world(trigger('skip'), ...all.slice(0, 4), skipped(5, 5, 'overlap', 15)),
  disturbances: [storeAway],
};

describe('the audit finds nothing in', () => {
  const paused = trigger('allow', [1.5, 4.5]);
  const queue = trigger('queue_one');
  it.each([
    ['a schedule without incident', smooth],
    ['slots of a pause', world(paused, fired(1), skipped(2, 4, 'paused', 4.6), fired(5))],
    ['a slot that waited', world(queue, fired(1), queued(2), taken(2, 0.9), skipped(3, 5, 'superseded'))],
    [
      'slots that were missed and caught up',
      world(trigger('allow'), ...[1, 2, 3, 4, 5].map((n) => caughtUp(n, 90))),
    ],
    [
      'a slot whose run was refused since its trigger was paused',
      without(world(trigger('allow', [2.1, 2.5]), ...all, refused(2)), 2),
    ],
    [
      'a slot that is skipped for a run',
      world(trigger('skip'), fired(1, 0.8), skipped(2, 2, 'overlap', 2), fired(3), fired(4), fired(5)),
    ],
    ['a slot that is skipped since nobody could hear that the run before it had ended', deaf],
    ['a slot that came before its scheduler heard of the stop', world(trigger('allow'), ...all, fired(6))],
    ['a trigger without times', { ...smooth, triggers: new Map(), ledgers: new Map(), runs: new Map() }],
  ])('%s', (_, evidence) => {
    expect(found(evidence)).toEqual([]);
  });
});

describe('the audit sees that', () => {
  const [first, second, third, fourth, fifth] = all;
  const open = withRun(world(trigger('skip'), ...all), 1, requested(1, 1_110), ended(9_000));
  const cancelling = (cancels: readonly string[]) =>
    world(trigger('cancel_running'), first, second, third, fired(4, 0.1, { cancels }), fifth);
  const doctored: readonly (readonly [string, Evidence, string])[] = [
    ['a slot is lost', world(trigger('allow'), first, second, fourth, fifth), 'is not in its ledger'],
    ['a slot is there twice', world(trigger('allow'), ...all, fired(3, 1.5)), 'was on-time,on-time'],
    [
      'a slot is fired and skipped',
      world(trigger('allow'), ...all, skipped(3, 3, 'paused')),
      'was on-time,skipped',
    ],
    [
      'a slot waits for ever',
      world(trigger('queue_one'), first, queued(2), third, fourth, fifth),
      'was queued',
    ],
    ['a slot is none of its schedule', world(trigger('allow'), ...all, fired(5.5)), 'is none'],
    ['a slot long after the last is fired', world(trigger('allow'), ...all, fired(11)), 'is none'],
    ['a run of a slot is lost', without(smooth, 3), 'its run wevt_3 is not in the log'],
    [
      'a run is of no slot',
      withRun(smooth, 7, requested(7, 7_000), ended(7_100)),
      'which its ledger does not',
    ],
    [
      'a run is of another slot',
      withRun(smooth, 3, requested(2, 3_100), ended(3_200)),
      'which its ledger does not',
    ],
    [
      'a run of a slot is refused and there',
      world(trigger('allow'), ...all, refused(3)),
      'refused and in the log',
    ],
    ['a run of a slot is refused', world(trigger('allow'), ...all, refused(3)), 'was refused: inactive'],
    [
      'a slot is fired long after its pause began',
      world(trigger('allow', [1.5, 4.5]), first, second, third, fired(4, 9), fifth),
      'during a pause',
    ],
    [
      'a slot is fired before its time',
      world(trigger('allow'), first, second, third, fourth, fired(5, -1)),
      'before its time',
    ],
    [
      'slots are skipped as paused that were not',
      world(trigger('allow'), first, skipped(2, 4, 'paused'), fifth),
      'and they were not',
    ],
    [
      'slots are missed though they were not late',
      world(trigger('allow'), first, skipped(2, 4, 'missed'), fifth),
      'missed in time',
    ],
    [
      'a slot is caught up though it was not late',
      world(trigger('allow'), first, second, third, fourth, caughtUp(5, 2)),
      'caught up in time',
    ],
    [
      'a count is wrong',
      world(trigger('allow', [1.5, 4.5]), first, skipped(2, 4, 'paused', 4.6, 2), fifth),
      'its ledger says 2',
    ],
    ['two runs are open at once', open, 'was fired while a run was open'],
    [
      'a slot is skipped for a run that had ended',
      world(trigger('skip'), first, second, third, fourth, skipped(5, 5, 'overlap', 15)),
      'and none was open',
    ],
    [
      'an open run is not cancelled',
      withRun(cancelling([]), 3, requested(3, 3_110), ended(9_000)),
      'let wevt_3 run',
    ],
    [
      'a run begins before another is cancelled for it',
      withRun(cancelling(['wevt_3']), 3, requested(3, 3_110), cancelled(4_500), ended(9_000)),
      'began before wevt_3 was cancelled',
    ],
  ];
  it.each(doctored)('%s', (_name, evidence, what) => {
    expect(found(evidence)).toContainEqual(expect.stringContaining(what));
  });
});
