import { streams, type StreamKind } from '@karrio/contracts';
import { expect, it } from 'vitest';

/** Whether what is in these streams is told by the audit log: of `yes`, auditedTypes has the types. */
const told: Readonly<Record<StreamKind, 'yes' | 'no'>> = {
  organization: 'yes',
  workflow: 'yes',
  action: 'yes',
  connection: 'yes',
  metafield: 'yes',
  pause: 'yes',
  trigger: 'yes',
  rule: 'yes',
  // What a person settles in them.
  decision: 'yes',
  run: 'yes',
  vault: 'yes',
  refusal: 'yes',
  // In each organisation that the person is a member of.
  user: 'yes',
  // Of the machine alone.
  plan: 'no',
  ruleset: 'no',
  backtest: 'no',
  token: 'no',
  audit: 'no',
  blob: 'no',
  checkpoint: 'no',
  schedule: 'no',
};

it('is decided for every kind of stream whether the audit log tells of it', () => {
  expect(Object.keys(told).toSorted()).toEqual(Object.keys(streams).toSorted());
});
