import { describe, expect, it } from 'vitest';
import { subjects } from './subject.ts';

describe('a subject', () => {
  it('is filled with its values', () => {
    expect(subjects.command.of({ service: 'command', org: 'org_1', name: 'create_workflow' })).toBe(
      'cmd.command.org_1.create_workflow',
    );
  });

  it('matches anything where a value is left out', () => {
    expect(subjects.event.matching({ entity: 'workflow_event' })).toBe('evt.*.workflow_event.*');
  });

  it.each(['org.1', '*', '>', '', 'a b'])('refuses the value %j, which would widen or break it', (org) => {
    expect(() => subjects.runReady.of({ org })).toThrow(TypeError);
  });
});
