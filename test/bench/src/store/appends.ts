import { randomUUID } from 'node:crypto';
import { ANY, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { Server } from './server.ts';

export type AppendCost = Readonly<{ cpuUs: number; p50Ms: number; perSecond: number }>;

/** Other work on the machine only ever adds: of several rounds the lowest figures are the nearest ones. */
export const lowest = (rounds: readonly AppendCost[]): AppendCost => ({
  cpuUs: Math.min(...rounds.map(({ cpuUs }) => cpuUs)),
  p50Ms: Math.min(...rounds.map(({ p50Ms }) => p50Ms)),
  perSecond: Math.max(...rounds.map(({ perSecond }) => perSecond)),
});

/** With its envelope some 400 bytes in the log. */
const data = { text: 'x'.repeat(100) };
const types = ['RunRequested', 'RunStarted', 'ActionStarted', 'ActionSucceeded', 'RunSucceeded'];

const event = (number: number) => jsonEvent({ type: types[number % types.length] ?? '', data });

/** Keeps so many appends of one event going for a time, each to one of a thousand streams. */
export const measureAppends = async (
  { client, cpuMs }: Server,
  inFlight: number,
  seconds: number,
): Promise<AppendCost> => {
  const latencies: number[] = [];
  const load = randomUUID();
  const begin = performance.now();
  const cpuBegin = cpuMs();
  let count = 0;
  const worker = async () => {
    while (performance.now() < begin + seconds * 1000) {
      const number = count++;
      const sent = performance.now();
      await client.appendToStream(`load-${load}-${number % 1000}`, event(number), { expectedRevision: ANY });
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const cpu = cpuMs() - cpuBegin;
  const perSecond = (count * 1000) / (performance.now() - begin);
  const p50Ms = latencies.toSorted((a, b) => a - b)[Math.floor(count / 2)] ?? Number.NaN;
  return { cpuUs: (cpu * 1000) / count, p50Ms, perSecond };
};

const eventsInRun = 3;
const runsInFlight = 64;

/** Runs as the product writes them: a stream of three events each. */
export const fillWithRuns = async ({ client }: Server, events: number) => {
  let written = 0;
  const worker = async () => {
    while (written < events) {
      const first = written;
      written += eventsInRun;
      const run = Array.from({ length: eventsInRun }, (_, index) => event(first + index));
      await client.appendToStream(`run-${randomUUID()}`, run, { expectedRevision: NO_STREAM });
    }
  };
  await Promise.all(Array.from({ length: runsInFlight }, worker));
};

const eventsInAppend = 1000;

export const fillStream = async ({ client }: Server, stream: string, events: number) => {
  for (let written = 0; written < events; written += eventsInAppend) {
    const batch = Array.from({ length: eventsInAppend }, (_, index) => event(written + index));
    await client.appendToStream(stream, batch);
  }
};
