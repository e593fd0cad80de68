import { derivedId } from '@karrio/contracts';
import type { Json, RateDecisionEvent, RunEvent } from '@karrio/domain';
import { expect, it } from 'vitest';
import { at, nothing, stream } from './evidence.fixture.ts';
import type { Evidence } from './evidence.ts';
import { checkRated } from './rated.ts';

const id = 'wevt_1';
const key = `${id}-rate`;
const decisionId = derivedId('decision', 'org_1', key);
const action = { slug: 'rate', actionId: 'wact_1', actionType: 'select_rate', order: 1, attempt: 1 } as const;
const rate = { id: 'cheap', total_charge: 10 };

const started: RunEvent = {
  type: 'ActionStarted',
  data: {
    ...action,
    request: { method: 'POST', url: 'rules:select', headers: {}, body: null },
    idempotencyKey: key,
    at: at(10),
  },
};
const told = (output: Json): RunEvent => ({
  type: 'ActionSucceeded',
  data: { ...action, output: { json: output }, startedAt: at(10), at: at(30) },
});
const decision = {
  ...({
    outcome: 'selected',
    rate: 'cheap',
    rule: 'rule_1',
    strategy: 'cheapest',
    why: null,
  } as const),
  options: {},
  holds: [],
  notifications: [],
};
const decidedAt = (ms: number) => ({
  ruleSetHash: 'h',
  facts: { json: {} },
  trace: { json: {} },
  testMode: false,
  runId: id,
  decision,
  rate,
  at: at(ms),
});
const selected = (ms = 20): RateDecisionEvent => ({ type: 'RateSelected', data: decidedAt(ms) });

const held = (ms = 20): RateDecisionEvent => ({
  type: 'RateHeld',
  data: { ...decidedAt(ms), decision: { ...decision, outcome: 'held' }, message: 'Look' },
});
const settled = (ms: number, rateId: string | null = 'quick'): RateDecisionEvent => ({
  type: 'RateDecisionSettled',
  data: { rateId, rate: rateId === null ? null : { id: rateId }, by: 'key_1', at: at(ms) },
});

const smooth: Evidence = {
  ...nothing,
  runs: new Map([[id, stream(started, told({ id: decisionId, selected_rate: rate }))]]),
  orgs: new Map([[id, 'org_1']]),
  decisions: new Map([[decisionId, stream(selected())]]),
  ruleSets: new Set(['h']),
};
const toldOf = (output: Json): Evidence => ({
  ...smooth,
  runs: new Map([[id, stream(started, told(output))]]),
});
const decidedAs = (...events: readonly RateDecisionEvent[]): Evidence => ({
  ...smooth,
  decisions: new Map([[decisionId, stream(...events)]]),
});
const released: Evidence = {
  ...toldOf({ id: decisionId, selected_rate: { id: 'quick' } }),
  decisions: new Map([[decisionId, stream(held(), settled(25))]]),
  settlements: [{ decisionId, rateId: 'quick' }],
};
const releasedAs = (...events: readonly RateDecisionEvent[]): Evidence => ({
  ...released,
  decisions: new Map([[decisionId, stream(...events)]]),
});
const found = (evidence: Evidence) => checkRated(evidence).map(({ what }) => what);

it.each([
  ['a run that asked once', smooth],
  ['a run whose rate was held, and settled', released],
  ['a run whose answer did not come', { ...smooth, runs: new Map([[id, stream(started)]]) }],
])('the audit finds nothing in %s', (_, evidence) => {
  expect(found(evidence)).toEqual([]);
});

it.each([
  ['a decision is lost', { ...smooth, decisions: new Map() }, '0 decisions are recorded'],
  ['a decision is recorded twice', decidedAs(selected(), selected()), '2 decisions are recorded'],
  [
    'a run is told another rate',
    toldOf({ id: decisionId, selected_rate: { id: 'quick' } }),
    'it was told otherwise',
  ],
  ['a run is told another decision', toldOf({ id: 'rdec_2', selected_rate: rate }), 'it was told otherwise'],
  ['the rules of a decision are lost', { ...smooth, ruleSets: new Set<string>() }, 'are not recorded'],
  [
    'nobody asked for a decision',
    { ...smooth, decisions: new Map([...smooth.decisions, ['rdec_2', stream(selected())]]) },
    'no run asked for it',
  ],
  ['a run is told a rate that is held', releasedAs(held()), 'was still held'],
  ['a run is told before somebody settles', releasedAs(held(), settled(35)), 'was still held'],
  ['a rate is held for ever', releasedAs(held()), 'all that was held is settled'],
  ['a rate is settled twice', releasedAs(held(), settled(25), settled(26)), 'was settled 2 times'],
  ['a rate is settled that nobody held', decidedAs(selected(), settled(25)), 'nothing was held'],
  ['a run is told the proposal instead', { ...released, runs: smooth.runs }, 'it was told otherwise'],
  ['a settlement is lost', releasedAs(held(), settled(25, null)), 'the log has it otherwise'],
  ['a decision was made before it was asked for', decidedAs(selected(5)), 'no run asked for it'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
