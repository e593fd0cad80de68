import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, startNode } from '../src/index.ts';

const start = async (mode: string, options: { stopDeadlineMs?: number; readyDeadlineMs?: number } = {}) => {
  const port = await freePort();
  const script = join(import.meta.dirname, 'service.ts');
  const env = { OPS_PORT: String(port), MODE: mode };
  const server = await startNode({ name: 'service', script, env, log: () => undefined, ...options });
  return { server, port };
};

describe('a service of ours', () => {
  it('is started when it says that it is ready, and not before', async () => {
    const { server, port } = await start('slow');
    await using _ = server;
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    // Four times it said 503, at least once 200, and this is a later one.
    expect(Number(await answer.text())).toBeGreaterThanOrEqual(6);
  });

  it('that ends before it is ready makes the start fail with what it said last', async () => {
    await expect(start('broken')).rejects.toThrow(
      /service ended \(exit code 1\).*EVENTSTORE_URL is missing/s,
    );
  });

  it('ends at SIGTERM', async () => {
    const { server } = await start('good');
    await server.stop();
    expect(await server.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('that does not end at SIGTERM is killed', async () => {
    const { server } = await start('stubborn', { stopDeadlineMs: 200 });
    await server.stop();
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
