import { expect, it } from 'vitest';
import { pause, type PauseCommand, type PauseEvent } from './pause.ts';

const at = '2026-11-27T09:00:00.000Z';
const doPause: PauseCommand = { type: 'PauseRuns', scope: 'workflow', reason: 'Rates are wrong', at };
const resume: PauseCommand = { type: 'ResumeRuns', scope: 'workflow', at };

const after = (...commands: readonly PauseCommand[]): readonly PauseEvent[] => {
  const events: PauseEvent[] = [];
  for (const command of commands) {
    const decision = pause.decide(events.reduce(pause.evolve, pause.initial), command);
    if ('accepted' in decision) events.push(...decision.accepted);
  }
  return events;
};

it('is in the log once, however often it is asked for, with its reason', () => {
  expect(after(doPause, doPause, resume, resume, doPause).map(({ type }) => type)).toEqual([
    'RunsPaused',
    'RunsResumed',
    'RunsPaused',
  ]);
  expect(after(doPause)).toMatchObject([{ data: { scope: 'workflow', reason: 'Rates are wrong', at } }]);
});

it('adds nothing where there is nothing to resume', () => {
  expect(after(resume)).toEqual([]);
});

it('ends no earlier than it began, whenever it was asked to', () => {
  const ended = (resumedAt: string) => after(doPause, { ...resume, at: resumedAt })[1]?.data.at;
  expect(ended('2026-11-27T08:59:59.000Z')).toBe(at);
  expect(ended('2026-11-27T09:00:01.000Z')).toBe('2026-11-27T09:00:01.000Z');
});
