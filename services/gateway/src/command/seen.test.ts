import { expect, it } from 'vitest';
import { createSeen } from './seen.ts';

it('has a command wait for definitions that were written, and for nothing that no follower comes to', () => {
  const seen = createSeen();
  const others = [
    ['request_run', 11n],
    ['select_rate', 12n],
    ['reset_member_password', 13n],
    ['reset_password', 14n],
  ] as const;
  for (const [name, position] of others) seen.note(name, 'org_1', position);
  expect(seen.before('update_workflow', 'org_1')).toBeUndefined();
  seen.note('create_workflow', 'org_1', 20n);
  seen.note('delete_workflow', 'org_2', 30n);
  seen.note('create_workflow', 'org_1', 19n);
  expect(seen.before('update_workflow', 'org_1')).toBe('20');
  expect(seen.before('select_rate', 'org_1')).toBeUndefined();
});

it('has a question wait for all definitions, and for the rules, which their service hears of alone', () => {
  const seen = createSeen();
  expect(seen.of('org_1')).toBeUndefined();
  seen.note('create_shipping_rule', 'org_1', 20n);
  seen.note('create_workflow', 'org_1', 30n);
  seen.note('request_run', 'org_1', 40n);
  seen.note('create_workflow', 'org_2', 50n);
  expect(seen.of('org_1')).toEqual({ definitions: '30', rules: '20' });
  expect(seen.of('org_2')).toEqual({ definitions: '50' });
});
