import { Pool } from 'undici';
import { z } from 'zod';
import type { Stack } from './stack.ts';

export type Sample = Readonly<{ latenciesMs: readonly number[]; failed: number; seconds: number }>;

const Run = z.object({ status: z.string() });

/**
 * Keeps `inFlight` runs going for a time: a run is done when the gateway has answered that it ended as
 * success, and the next one begins at once.
 */
export const drive = async (
  stack: Stack,
  workflowId: string,
  inFlight: number,
  seconds: number,
): Promise<Sample> => {
  const pool = new Pool(stack.gateway, { connections: inFlight, pipelining: 1 });
  const path = `/v1/workflows/${workflowId}/trigger?wait=30s`;
  const latenciesMs: number[] = [];
  let failed = 0;
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const worker = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: '{"limit":10}',
      });
      const run = Run.safeParse(await body.json());
      if (statusCode === 200 && run.success && run.data.status === 'success') {
        latenciesMs.push(performance.now() - sent);
      } else {
        failed++;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  await pool.close();
  return { latenciesMs, failed, seconds: (performance.now() - begin) / 1_000 };
};
