import { expect, it } from 'vitest';
import { createAlarms } from './alarms.ts';

/** Alarms whose times are kept beside them, as their users keep them. */
const someAlarms = () => {
  const due = new Map<string, number>();
  const alarms = createAlarms((id) => due.get(id));
  const set = (id: string, dueMs: number) => {
    due.set(id, dueMs);
    alarms.set({ id, dueMs }, due.size);
  };
  return { set, take: (nowMs: number) => alarms.take(nowMs)?.id };
};

it('are taken in the order of their times, and none before its time', () => {
  const { set, take } = someAlarms();
  for (const [id, dueMs] of [['late', 30] as const, ['soon', 10] as const, ['next', 20] as const])
    set(id, dueMs);
  expect([take(9), take(20), take(20), take(20), take(30)]).toEqual([
    undefined,
    'soon',
    'next',
    undefined,
    'late',
  ]);
});

it('count for the time that was set last', () => {
  const { set, take } = someAlarms();
  set('one', 10);
  set('one', 20);
  expect([take(15), take(20), take(20)]).toEqual([undefined, 'one', undefined]);
});

it('are kept where many were set anew', () => {
  const { set, take } = someAlarms();
  set('kept', 5);
  for (let dueMs = 10; dueMs < 20_000; dueMs++) set('moved', dueMs);
  expect([take(30_000), take(30_000), take(30_000)]).toEqual(['kept', 'moved', undefined]);
});
