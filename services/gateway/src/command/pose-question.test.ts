import type { Question } from '@karrio/contracts';
import { expect, it } from 'vitest';
import { createPoseQuestion } from './pose-question.ts';
import { createSeen } from './seen.ts';

it('has a question answered on nothing older than what its organisation has changed', async () => {
  const asked: Question[] = [];
  const question = (_: string, each: Question) => {
    asked.push(each);
    return Promise.resolve({ answered: null });
  };
  const seen = createSeen();
  const pose = createPoseQuestion({ question }, seen);
  const match = { name: 'match_event', org: 'org_1', payload: {} } as const;
  await pose('command', match);
  seen.note('create_workflow_trigger', 'org_1', 7n);
  await pose('command', match);
  expect(asked).toEqual([match, { ...match, seen: { definitions: '7' } }]);
});
