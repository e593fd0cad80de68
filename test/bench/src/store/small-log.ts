import { fillStream, lowest, measureAppends, type AppendCost } from './appends.ts';
import { figure, type Figure } from './figures.ts';
import { measureReads } from './reads.ts';
import type { Server } from './server.ts';
import { startSubscribers } from './start-subscribers.ts';

/** A process that has just started runs its code unoptimised. */
export const warmUp = async (server: Server) => {
  await measureAppends(server, 16, 4);
  await fillStream(server, 'warm-up', 10_000);
  await measureReads(server, 'warm-up', { from: 0, count: 10_000 }, 2);
};

const subscriberCount = 16;

export const rounds = 3;

/** Appends at every concurrency, and the same with subscribers. */
export const measureSmallLog = async (server: Server, seconds: number): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const inFlight of [1, 16, 128]) {
    const alone: AppendCost[] = [];
    const followed: AppendCost[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await measureAppends(server, inFlight, seconds));
      await using _subscribers = await startSubscribers(server.port, subscriberCount);
      followed.push(await measureAppends(server, inFlight, seconds));
    }
    figures.push(...appendFigures(`append at ${inFlight}`, lowest(alone)));
    figures.push(...appendFigures(`append at ${inFlight}, ${subscriberCount} subscribers`, lowest(followed)));
  }
  return figures;
};

const appendFigures = (what: string, { cpuUs, p50Ms, perSecond }: AppendCost) => [
  figure(`${what}: CPU`, cpuUs, 'µs'),
  figure(`${what}: p50`, p50Ms, 'ms'),
  figure(`${what}: rate`, perSecond, '/s'),
];

const longStream = 100_000;
const part = 10_000;

export const measureLongStream = async (server: Server): Promise<readonly Figure[]> => {
  await fillStream(server, 'long', longStream);
  const first: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < rounds; round++) {
    first.push(await measureReads(server, 'long', { from: 0, count: part }, 3));
    last.push(await measureReads(server, 'long', { from: longStream - part, count: part }, 3));
  }
  const [firstUs, lastUs] = [Math.min(...first), Math.min(...last)];
  return [
    figure(`read of a stream of ${longStream}, first ${part}: CPU per event`, firstUs, 'µs'),
    figure(`read of a stream of ${longStream}, last ${part}: CPU per event`, lastUs, 'µs'),
    figure('last part to first part', lastUs / firstUs, 'times'),
  ];
};
