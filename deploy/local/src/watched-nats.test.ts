import { expect, it } from 'vitest';
import { endWhenSilent } from './watched-nats.ts';

const how = { everyMs: 0, answerMsMax: 1, silencesMax: 3, bytesFreeMin: 100 };

/** How often a server was asked and ended that answers like this; it is looked at until it was asked so often. */
const lookAt = async (answers: readonly boolean[], bytesFree = 100) => {
  const over = new AbortController();
  let asked = 0;
  const ended: number[] = [];
  const server = {
    answers: async () => {
      const answer = answers[asked++] ?? true;
      if (asked > answers.length) over.abort();
      return answer;
    },
    kill: async () => {
      ended.push(asked);
      over.abort();
    },
  };
  await endWhenSilent(server, { log: () => {}, bytesFree: async () => bytesFree }, how, over.signal);
  return ended;
};

it('is ended when it said nothing three times in a row', async () => {
  expect(await lookAt([true, false, false, false, false])).toEqual([4]);
});

it('is left alone where it answers in between', async () => {
  expect(await lookAt([false, false, true, false, false, true])).toEqual([]);
});

it('is left alone while its disk has no room', async () => {
  expect(await lookAt([false, false, false, false, false], 99)).toEqual([]);
});
