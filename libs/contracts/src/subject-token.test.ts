import { expect, it } from 'vitest';
import { subjectToken } from './subject-token.ts';
import { subjects } from './subject.ts';

it('reads back what a subject was made of', () => {
  const concrete = subjects.runEnded.of({ org: 'org_1', runId: 'wevt_1' });
  expect(subjectToken(subjects.runEnded, 'runId', concrete)).toBe('wevt_1');
  expect(() => subjectToken(subjects.runReady, 'org', 'run.ready')).toThrow('no org in run.ready');
});
