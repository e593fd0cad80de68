import { FORWARDS, START } from '@eventstore/db-client';
import type { Server } from './server.ts';

/** CPU of the server in µs per event of a part of a stream; `times` over, since the system counts in 10 ms. */
export const measureReads = async (
  { client, cpuMs }: Server,
  stream: string,
  part: Readonly<{ from: number; count: number }>,
  times: number,
): Promise<number> => {
  const cpuBegin = cpuMs();
  let read = 0;
  for (let time = 0; time < times; time++) {
    const fromRevision = part.from === 0 ? START : BigInt(part.from);
    const events = client.readStream(stream, { direction: FORWARDS, fromRevision, maxCount: part.count });
    for await (const { event } of events) if (event) read++;
  }
  if (read !== part.count * times) throw new Error(`${read} events of ${part.count * times} were read`);
  return ((cpuMs() - cpuBegin) * 1000) / read;
};

/** The same for the end of the log, as a follower reads it again. */
export const measureReadAll = async ({ client, cpuMs }: Server, count: number, times: number) => {
  const cpuBegin = cpuMs();
  let read = 0;
  for (let time = 0; time < times; time++) {
    for await (const { event } of client.readAll({
      direction: FORWARDS,
      fromPosition: START,
      maxCount: count,
    }))
      if (event) read++;
  }
  return ((cpuMs() - cpuBegin) * 1000) / read;
};
