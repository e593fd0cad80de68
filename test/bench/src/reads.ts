import { Pool } from 'undici';
import { z } from 'zod';
import type { Stack } from './stack.ts';

const Page = z.object({
  next: z.string().nullable(),
  results: z.array(z.object({ id: z.string() })),
});

export type Read = Readonly<{ name: string; p50_ms: number; p99_ms: number }>;

/** How often each is asked for, one after the other. */
const times = 200;
/** How many pages of a hundred lie before the far one. */
const pagesBefore = 30;

/** Lists of what the runs before have left, near and far, and one run with its timeline. */
export const measureReads = async (stack: Stack): Promise<readonly Read[]> => {
  const pool = new Pool(stack.gateway, { connections: 1 });
  const get = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Token ${stack.api_key}` };
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
    const answer = await body.json();
    if (statusCode !== 200) throw new Error(`GET ${path} was answered ${statusCode}`);
    return answer;
  };
  const far = await pageBehind(get, '/v1/workflow-events?first=100', pagesBefore);
  const [run] = Page.parse(await get('/v1/workflow-events?first=1')).results;
  const measured: Read[] = [];
  for (const [name, path] of [
    ['20 newest runs', '/v1/workflow-events?first=20'],
    ['20 runs far back', far.replace('first=100', 'first=20')],
    ['20 failed runs', '/v1/workflow-events?first=20&status=failed'],
    ['runs by a parameter', '/v1/workflow-events?first=20&keyword=A-1001'],
    ['count of all runs', '/v1/workflow-events?first=1&count=true'],
    ['one run with its records', `/v1/workflow-events/${run?.id}`],
    ['25 tracing records', '/v1/tracing-records'],
    ['20 workflows', '/v1/workflows?first=20'],
  ] as const) {
    measured.push({ name, ...(await timed(() => get(path))) });
  }
  await pool.close();
  return measured;
};

const pageBehind = async (get: (path: string) => Promise<unknown>, first: string, pages: number) => {
  let path = first;
  for (let page = 0; page < pages; page++) path = Page.parse(await get(path)).next ?? path;
  return path;
};

const timed = async (read: () => Promise<unknown>) => {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const begin = performance.now();
    await read();
    taken.push(performance.now() - begin);
  }
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(share * times)] ?? 0) * 100) / 100;
  return { p50_ms: at(0.5), p99_ms: at(0.99) };
};
