import { expect, it } from 'vitest';
import { createPlaces } from './places.ts';

const open = new AbortController().signal;

it('so many have a place at once, the others in the order of asking', async () => {
  const places = createPlaces(1);
  const first = await places.take(open);
  const order: string[] = [];
  const second = places.take(open).then((place) => (order.push('second'), place));
  const third = places.take(open).then((place) => (order.push('third'), place));
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  expect(order).toEqual(['second', 'third']);
});

it('who gives up waiting takes no place with it', async () => {
  const places = createPlaces(1);
  const first = await places.take(open);
  const giving = new AbortController();
  const given = places.take(giving.signal);
  giving.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  await expect(places.take(giving.signal)).rejects.toThrow('gone');
  first[Symbol.dispose]();
  const next = await places.take(open);
  next[Symbol.dispose]();
});
