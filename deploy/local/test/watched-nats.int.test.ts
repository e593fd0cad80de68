import { eventually, temporaryFolder } from '@karrio/testing';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { supervise, type PartNews } from '../src/supervisor.ts';
import { startWatchedNats, type Watch } from '../src/watched-nats.ts';

const watch: Watch = { everyMs: 50, answerMsMax: 1_000, silencesMax: 3, bytesFreeMin: 1 };

/** A NATS under supervision, and the processes that it had. */
const supervised = async (how: Watch) => {
  await using stack = new AsyncDisposableStack();
  const dataDir = join(stack.use(await temporaryFolder()).path, 'nats');
  const toolsDir = resolve(import.meta.dirname, '../../../.data/tools');
  const said: string[] = [];
  const pids: number[] = [];
  const onNews = (_: string, news: PartNews) => {
    if (news.state === 'ready') pids.push(news.pid);
  };
  const log = (line: string) => said.push(line);
  const part = { name: 'nats', start: () => startWatchedNats({ dataDir, toolsDir, log }, how) };
  const policy = { firstDelayMs: 1, delayMsMax: 8, steadyMs: 3_600_000 };
  const nats = await supervise(part, { signal: new AbortController().signal, onNews, policy });
  stack.defer(() => nats.kill());
  const kept = stack.move();
  return { pids, said, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

it('a NATS that says nothing more is ended and started anew', async () => {
  await using nats = await supervised(watch);
  const [first = 0] = nats.pids;
  // As after a full disk: the process is there, and does not answer.
  process.kill(first, 'SIGSTOP');
  await eventually('there is another one', () => nats.pids.length >= 2);
  expect(nats.said.some((line) => line.includes('answered nothing 3 times'))).toBe(true);
  // Not a process that ends at once.
  process.kill(nats.pids.at(-1) ?? 0, 0);
});
