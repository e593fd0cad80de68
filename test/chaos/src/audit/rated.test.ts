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
const selected = (ms = 20): RateDecisionEvent => ({
  type: 'RateSelected',
  data: {
    ruleSetHash: 'h',
    facts: { json: {} },
    trace: { json: {} },
    testMode: false,
    runId: id,
    decision,
    rate,
    at: at(ms),
  },
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
const found = (evidence: Evidence) => checkRated(evidence).map(({ what }) => what);

it.each([
  ['a run that asked once', smooth],
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
  ['a decision was made before it was asked for', decidedAs(selected(5)), 'no run asked for it'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
