import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startNats } from '../src/index.ts';
import { temporaryFolder, toolsDir } from './folder.ts';

const log = () => undefined;

const greeting = async (port: number): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  const answer: unknown[] = await once(socket, 'data');
  socket.destroy();
  return String(answer[0]);
};

describe('the embedded NATS', () => {
  it('offers JetStream on loopback', async () => {
    await using folder = await temporaryFolder();
    await using nats = await startNats({ dataDir: folder.path, toolsDir, log });
    expect(await greeting(nats.port)).toMatch(/"host":"127\.0\.0\.1".*"jetstream":true/);
  });

  it('comes back on its port after SIGKILL', async () => {
    await using folder = await temporaryFolder();
    const first = await startNats({ dataDir: folder.path, toolsDir, log });
    await first.kill();
    await using second = await startNats({ dataDir: folder.path, toolsDir, log, port: first.port });
    expect(second.url).toBe(first.url);
  });

  it('says so when NATS_SERVER_BIN is not a nats-server', async () => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'nats');
    const starting = startNats({ dataDir, log, serverBin: '/opt/nothing/nats-server' });
    await expect(starting).rejects.toThrow('NATS_SERVER_BIN is /opt/nothing/nats-server');
  });
});
