import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort, isFreePort, reservePort } from '../src/index.ts';

const index = resolve(import.meta.dirname, '../src/index.ts');

describe('a port', () => {
  it.runIf(process.platform === 'linux')(
    'that one process has chosen is chosen by no other while that lives, though nobody listens there yet',
    async () => {
      const script = `import { freePort } from ${JSON.stringify(index)};
        console.log(await freePort()); setInterval(() => undefined, 1e6);`;
      const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = await once(other.stdout, 'data');
      const port = Number(String(said));
      expect([await isFreePort(port), await reservePort(port)]).toEqual([true, false]);

      const gone = once(other, 'exit');
      other.kill('SIGKILL');
      await gone;
      expect(await reservePort(port)).toBe(true);
    },
  );

  it('that somebody listens on is not free', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect([await isFreePort(port), await reservePort(port)]).toEqual([false, false]);
    server.close();
  });

  it('is given once', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
  });
});
