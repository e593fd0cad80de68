import { networkInterfaces } from 'node:os';
import { counter, createLogger } from '@karrio/telemetry';
import { describe, expect, it } from 'vitest';
import { startOps, type Ready } from '../src/index.ts';

const log = createLogger('test', 'silent');
const opsWith = (ready: Ready) => startOps({ host: '127.0.0.1', port: 0, log, ready });
const get = ({ port }: Readonly<{ port: number }>, path: string) => fetch(`http://127.0.0.1:${port}${path}`);

describe('the operators’ server', () => {
  it('is ready when every part is', async () => {
    await using ops = await opsWith({ nats: async () => undefined });
    const response = await get(ops, '/readyz');

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready', parts: { nats: { ok: true } } });
  });

  it('is not ready but alive when a part is missing, and names it', async () => {
    await using ops = await opsWith({ nats: () => Promise.reject(new Error('no servers')) });
    const response = await get(ops, '/readyz');

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not ready',
      parts: { nats: { ok: false, error: 'no servers' } },
    });
    expect((await get(ops, '/healthz')).status).toBe(200);
  });

  it('asks the parts again each time', async () => {
    let isUp = false;
    await using ops = await opsWith({
      nats: () => (isUp ? Promise.resolve() : Promise.reject(new Error('down'))),
    });
    expect((await get(ops, '/readyz')).status).toBe(503);
    isUp = true;

    expect((await get(ops, '/readyz')).status).toBe(200);
  });

  it('shows what was recorded, as Prometheus reads it', async () => {
    await using ops = await opsWith({});
    counter('karrio_test_seen_total', 'Seen.').add(3);
    const response = await get(ops, '/metrics');

    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('karrio_test_seen_total 3');
  });

  it('says where to look instead of an unknown path', async () => {
    await using ops = await opsWith({});
    const response = await get(ops, '/');

    expect(response.status).toBe(404);
    expect(await response.text()).toContain('/readyz');
  });

  it('fails to start on a port that is taken, and says which', async () => {
    await using ops = await opsWith({});

    await expect(startOps({ host: '127.0.0.1', port: ops.port, log, ready: {} })).rejects.toThrow(
      `127.0.0.1:${ops.port}`,
    );
  });

  it('has paths of the service’s own, for the methods that it knows', async () => {
    const doors = (method: string) =>
      method === 'POST' ? { status: 202, body: { opened: true } } : undefined;
    await using ops = await startOps({
      host: '127.0.0.1',
      port: 0,
      log,
      ready: {},
      routes: { '/doors': doors },
    });
    const asked = await fetch(`http://127.0.0.1:${ops.port}/doors`, { method: 'POST' });

    expect([asked.status, await asked.json()]).toEqual([202, { opened: true }]);
    expect((await get(ops, '/doors')).status).toBe(405);
  });

  it('answers those to callers on the same machine alone', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((own) => own?.family === 'IPv4' && !own.internal)?.address;
    const routes = { '/doors': () => ({ status: 200, body: {} }) };
    await using ops = await startOps({ host: '0.0.0.0', port: 0, log, ready: {}, routes });

    const outside = address === undefined ? 403 : (await fetch(`http://${address}:${ops.port}/doors`)).status;
    expect(outside).toBe(403);
    expect((await get(ops, '/doors')).status).toBe(200);
  });
});
