import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { natsBinary } from '../src/nats-binary.ts';
import { temporaryFolder } from './folder.ts';

/** Fails as often as `failures` has bytes left, then brings a package. */
const aptGet = `#!/bin/sh
PATH=/usr/bin:/bin
[ "$1" = --version ] && exit 0
here=$(dirname "$0")
if [ -s "$here/failures" ]; then
  echo 'E: Failed to fetch: Connection timed out' >&2
  truncate -s -1 "$here/failures"
  exit 100
fi
touch nats-server.deb
`;

const dpkgDeb = `#!/bin/sh
PATH=/usr/bin:/bin
mkdir -p "$3/usr/sbin"
printf '#!/bin/sh\\n' > "$3/usr/sbin/nats-server"
chmod +x "$3/usr/sbin/nats-server"
`;

afterEach(() => void vi.unstubAllEnvs());

/** A machine that has nothing but these two programs. */
const bareMachine = async (folder: string, failures: number) => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'failures'), '.'.repeat(failures));
  for (const [name, script] of [
    ['apt-get', aptGet],
    ['dpkg-deb', dpkgDeb],
  ] as const) {
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', bin);
  return { toolsDir: join(folder, 'tools'), serverBin: undefined };
};

it('nats-server is fetched all the same when the mirror fails for a moment', async () => {
  await using folder = await temporaryFolder();
  const said: string[] = [];
  // With the lists of the machine, and with lists of its own.
  const options = await bareMachine(folder.path, 2);
  const binary = await natsBinary({ ...options, log: (line) => said.push(line) });

  expect(binary).toBe(join(folder.path, 'tools/nats-server/usr/sbin/nats-server'));
  expect(said.join('\n')).toMatch(/once more in 2 s: E: Failed to fetch: Connection timed out/);
});

it('a machine without apt-get is told at once what to install', async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv('PATH', folder.path);
  const fetching = natsBinary({ toolsDir: folder.path, serverBin: undefined, log: () => undefined });
  await expect(fetching).rejects.toThrow(/Install it.*\n.*apt-get/s);
});
