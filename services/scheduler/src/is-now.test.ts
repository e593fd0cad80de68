import type { Recorded } from '@karrio/event-store-client';
import { expect, it } from 'vitest';
import { isNow } from './is-now.ts';

const nowMs = Date.UTC(2026, 10, 23, 9);
const anEvent = (agoMs: number): Recorded => ({
  type: 'RunRequested',
  data: {},
  id: 'e',
  stream: 'run-1',
  revision: 0,
  position: 1n,
  recordedAt: new Date(nowMs - agoMs).toISOString(),
  metadata: { org: 'org_1', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

it.each([
  ['is told to be at its end', [], true, true],
  ['is told to be at its end, and what came last is old', [anEvent(60_000)], true, true],
  [
    'read what has just happened, though more comes all the time',
    [anEvent(60_000), anEvent(1_000)],
    false,
    true,
  ],
  ['read what is old', [anEvent(60_000)], false, false],
  ['read nothing', [], false, false],
])('a reader of the log that %s, is at what happens now or not', (_, events, isCaughtUp, expected) => {
  expect(isNow({ events, position: 1n, isCaughtUp }, nowMs)).toBe(expected);
});
