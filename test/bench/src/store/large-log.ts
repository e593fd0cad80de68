import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillWithRuns, measureAppends } from './appends.ts';
import { figure, type Figure } from './figures.ts';
import { measureReadAll } from './reads.ts';
import { startServer, type Server } from './server.ts';
import { rounds, warmUp } from './small-log.ts';

const readAgain = 50_000;

/** Appends and reads on a large log against an empty one; starts with and without snapshots; memory per event. */
export const measureLargeLog = async (
  folders: Readonly<{ empty: string; large: string }>,
  events: number,
  seconds: number,
): Promise<readonly Figure[]> => {
  {
    await using server = await startServer(folders.large);
    await fillWithRuns(server, events);
  }
  const withSnapshot = await measureStart(folders.large);
  for (const name of await readdir(folders.large))
    if (name.endsWith('.index')) await rm(join(folders.large, name));
  const withoutSnapshot = await measureStart(folders.large);
  const empty = await measureStart(folders.empty);
  const { small, large } = await compareCosts(folders, seconds);
  return [
    figure(`start with ${events} events`, withSnapshot.startMs, 'ms'),
    figure(`start with ${events} events, CPU`, withSnapshot.cpuMs, 'ms'),
    figure('the same without snapshots', withoutSnapshot.startMs, 'ms'),
    figure('the same without snapshots, CPU', withoutSnapshot.cpuMs, 'ms'),
    figure('start of an empty log', empty.startMs, 'ms'),
    figure('start of an empty log, CPU', empty.cpuMs, 'ms'),
    figure('memory per event', ((withSnapshot.rssMb - empty.rssMb) * 2 ** 20) / events, 'B'),
    figure('append at 128 on the empty log: CPU', small.append, 'µs'),
    figure('append at 128 on the large log: CPU', large.append, 'µs'),
    figure('large to empty', large.append / small.append, 'times'),
    figure('read of the empty log: CPU per event', small.read, 'µs'),
    figure('read of the large log: CPU per event', large.read, 'µs'),
    figure('large to empty', large.read / small.read, 'times'),
  ];
};

const measureStart = async (folder: string) => {
  await using server = await startServer(folder);
  return { startMs: server.startMs, cpuMs: server.cpuMs(), rssMb: server.rssMb() };
};

/** Turn by turn, so that what else the machine does falls on both. */
const compareCosts = async (folders: Readonly<{ empty: string; large: string }>, seconds: number) => {
  await using empty = await startServer(folders.empty);
  await using large = await startServer(folders.large);
  await warmUp(empty);
  await warmUp(large);
  await fillWithRuns(empty, readAgain);
  const costs: Readonly<{ small: Cost[]; large: Cost[] }> = { small: [], large: [] };
  for (let round = 0; round < rounds; round++) {
    costs.small.push(await measureCost(empty, seconds));
    costs.large.push(await measureCost(large, seconds));
  }
  return { small: lowestCost(costs.small), large: lowestCost(costs.large) };
};

type Cost = Readonly<{ append: number; read: number }>;

const measureCost = async (server: Server, seconds: number): Promise<Cost> => ({
  append: (await measureAppends(server, 128, seconds)).cpuUs,
  read: await measureReadAll(server, readAgain, 1),
});

const lowestCost = (costs: readonly Cost[]): Cost => ({
  append: Math.min(...costs.map(({ append }) => append)),
  read: Math.min(...costs.map(({ read }) => read)),
});
