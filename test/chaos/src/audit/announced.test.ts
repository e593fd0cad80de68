import type { RunEvent } from '@karrio/domain';
import { expect, it } from 'vitest';
import { checkAnnounced } from './announced.ts';
import { at, nothing, startMs, stream } from './evidence.fixture.ts';
import type { Disturbance, Evidence } from './evidence.ts';

const done: RunEvent = {
  type: 'RunSucceeded',
  data: { workflowId: 'wkfl_1', eventType: 'manual', testMode: false, at: at(100) },
};
const subject = 'evt.org_1.workflow_event.succeeded';
const announcedAs = (...announced: readonly (readonly [string, string])[]): Evidence => ({
  ...nothing,
  runs: new Map([['wevt_1', stream(done)]]),
  orgs: new Map([['wevt_1', 'org_1']]),
  announced: new Map(announced),
});
const lost = (part: string, ms: number): Evidence => {
  const harm: Disturbance = { part, kind: 'killed', fromMs: startMs, untilMs: startMs + ms };
  return { ...announcedAs(), disturbances: [harm] };
};
const heard = ['RunSucceeded-0', subject] as const;
const found = (evidence: Evidence) => checkAnnounced(evidence).map(({ what }) => what);

it.each([
  ['an end that is announced', announcedAs(heard)],
  ['what else is announced', announcedAs(heard, ['RuleCreated-0', 'evt.org_1.shipping_rule.created'])],
  ['an announcement that was lost with its stream', lost('nats', 200)],
])('the audit finds nothing in %s', (_, evidence) => {
  expect(found(evidence)).toEqual([]);
});

it.each([
  ['an end is not announced', announcedAs(), 'is not announced'],
  ['an end after the last loss is not announced', lost('nats', 50), 'is not announced'],
  ['it is lost though NATS was left alone', lost('relay', 200), 'is not announced'],
  ['it is announced as another end', announcedAs(['RunSucceeded-0', `${subject}-not`]), 'and is evt.org_1'],
  ['another organisation hears of it', announcedAs(['RunSucceeded-0', subject.replace('1', '2')]), 'and is'],
  ['what is announced did not happen', announcedAs(heard, ['RunFailed-9', subject]), 'no end in the log'],
])('the audit sees that %s', (_, evidence, what) => {
  expect(found(evidence)).toContainEqual(expect.stringContaining(what));
});
