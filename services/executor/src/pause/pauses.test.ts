import type { Recorded } from '@karrio/event-store-client';
import { expect, it } from 'vitest';
import { createPauses } from './pauses.ts';

const time = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

/** Pauses and resumes by id, at seconds. */
const after = (
  ...changes: readonly (readonly [id: string, type: 'RunsPaused' | 'RunsResumed', at: number])[]
) => {
  const pauses = createPauses();
  changes.forEach(([id, type, at], revision) => {
    const event: Recorded = {
      type,
      data: { scope: id.startsWith('org') ? 'organization' : 'workflow', reason: null, at: time(at) },
      id: String(revision),
      stream: `pause-${id}`,
      revision,
      position: BigInt(revision),
      recordedAt: time(at),
      metadata: { org: 'org_1', actor: 'key_1', $correlationId: 'c', $causationId: 'c', schema: 1 },
    };
    pauses.take(event);
  });
  return pauses;
};

it('a run is held while its workflow or its organisation is paused', () => {
  const pauses = after(['wkfl_1', 'RunsPaused', 0], ['org_1', 'RunsPaused', 1], ['wkfl_1', 'RunsResumed', 2]);
  expect(pauses.isHeld('org_1', 'wkfl_1')).toBe(true);
  expect(pauses.isHeld('org_2', 'wkfl_1')).toBe(false);
  expect(after(['wkfl_1', 'RunsPaused', 0]).isHeld('org_1', 'wkfl_1')).toBe(true);
  expect(after(['wkfl_1', 'RunsPaused', 0]).isHeld('org_1', 'wkfl_2')).toBe(false);
});

it('the pauses that are over since a time are told in the order in which they began, each by whom it was', () => {
  const pauses = after(
    ['org_1', 'RunsPaused', 10],
    ['wkfl_1', 'RunsPaused', 0],
    ['wkfl_1', 'RunsResumed', 20],
    ['org_1', 'RunsResumed', 30],
    ['wkfl_1', 'RunsPaused', 40],
  );
  const since = (seconds: number) =>
    pauses.endedSince('org_1', 'wkfl_1', time(seconds)).map(({ scope, since: begun }) => [scope, begun]);
  expect(since(5)).toEqual([
    ['workflow', time(0)],
    ['organization', time(10)],
  ]);
  expect(since(20)).toEqual([['organization', time(10)]]);
  expect(since(30)).toEqual([]);
  expect(pauses.endedSince('org_1', 'wkfl_1', time(0))[0]).toMatchObject({ by: 'key_1', until: time(20) });
});
