import { describe, expect, it } from 'vitest';
import { createNames } from '../index/names.ts';
import { filterMatcher, type EventFilter } from './event-filter.ts';

const namesOf = (...all: readonly string[]) => {
  const names = createNames();
  for (const name of all) names.idOf(name);
  return names;
};
const index = { streams: namesOf('order-1', 'run-1', '$$run-1'), types: namesOf('Placed', '$metadata') };

const matching = (by: EventFilter['by'], pattern: EventFilter['pattern']) => {
  const matches = filterMatcher({ by, pattern, checkpointEvery: 32 }, index);
  const names = by === 'stream' ? index.streams : index.types;
  const ids = Array.from({ length: names.size() }, (_, id) => id);
  return ids.filter((id) => (by === 'stream' ? matches(id, 0) : matches(0, id))).map(names.nameOf);
};

describe('a filter', () => {
  it('finds streams by any of its prefixes', () => {
    expect(matching('stream', { kind: 'prefixes', prefixes: ['run-', '$$'] })).toEqual(['run-1', '$$run-1']);
    expect(matching('stream', { kind: 'prefixes', prefixes: ['run-', 'ord'] })).toEqual(['order-1', 'run-1']);
  });

  it('finds event types by a pattern, the second time too', () => {
    const pattern = { kind: 'regex', regex: /^[^$]/ } as const;
    expect(matching('type', pattern)).toEqual(['Placed']);
    expect(matching('type', pattern)).toEqual(['Placed']);
  });

  it('finds streams by a pattern', () => {
    expect(matching('stream', { kind: 'regex', regex: /-1$/ })).toEqual(['order-1', 'run-1', '$$run-1']);
  });
});
