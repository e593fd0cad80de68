import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const script = resolve(import.meta.dirname, '../with-toolchain.mjs');

/** Stands for npx: "installs" the Node that runs this test, and keeps count. */
const npx = `#!/bin/sh
echo "$@" >> installs
[ -e refuse ] && exit 9
[ -e slow ] && exec sleep 60
[ -e fail-once ] && rm fail-once && exit 1
mkdir -p node_modules/.bin
ln -sf '${process.execPath}' node_modules/.bin/node
`;

/** A repository with a space in its path and nothing installed. */
const repository = async () => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'karrio tools-'));
  const at = (path: string) => join(folder.path, path);
  await mkdir(at('tools'));
  await mkdir(at('bin'));
  await cp(script, at('tools/with-toolchain.mjs'));
  await writeFile(at('package.json'), '{ "packageManager": "pnpm@1.2.3" }');
  await writeFile(at('pnpm-workspace.yaml'), 'allowBuilds:\n  node: true\ncatalog:\n  node: 24.4.4\n');
  await writeFile(at('pnpm-lock.yaml'), 'first');
  await writeFile(at('bin/npx'), npx);
  await chmod(at('bin/npx'), 0o755);
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, [at('tools/with-toolchain.mjs'), ...args], {
      env: { PATH: `${at('bin')}${delimiter}${process.env['PATH']}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const installs = async () => (await readFile(at('installs'), 'utf8')).trim().split('\n');
  return { at, start, installs, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
};

const ended = async (child: ChildProcess): Promise<number | null> => {
  const [code] = await once(child, 'close');
  return code;
};

describe('a command with the toolchain', () => {
  it('finds the named Node and pnpm installed, once for each state of the lockfile', async () => {
    await using repo = await repository();
    expect(await Promise.all([ended(repo.start(['true'])), ended(repo.start(['true']))])).toEqual([0, 0]);
    expect(await ended(repo.start(['true']))).toBe(0);
    expect(await repo.installs()).toEqual([expect.stringContaining('-p pnpm@1.2.3 -p node@24.4.4')]);

    await writeFile(repo.at('pnpm-lock.yaml'), 'second');
    expect(await ended(repo.start(['true']))).toBe(0);
    expect(await repo.installs()).toHaveLength(2);
  });

  it('gets its arguments as they are and the installed Node, and gives its exit code', async () => {
    await using repo = await repository();
    const child = repo.start([
      'node',
      '-e',
      'console.log(process.argv0, process.argv[1]); process.exit(7)',
      'a  b',
    ]);
    const [code, output] = await Promise.all([ended(child), text(child.stdout)]);
    expect(output).toContain('node a  b\n');
    expect(code).toBe(7);
  });

  it('is installed all the same when the registry fails for a moment', async () => {
    await using repo = await repository();
    await writeFile(repo.at('fail-once'), '');
    const child = repo.start(['true']);
    const [code, said] = await Promise.all([ended(child), text(child.stderr)]);
    expect(said).toContain('once more in 1 s');
    expect(code).toBe(0);
    expect(await repo.installs()).toHaveLength(2);
  });

  it('does not run when the installation fails again and again', async () => {
    await using repo = await repository();
    await writeFile(repo.at('refuse'), '');
    const child = repo.start(['node', '-e', "console.log('ran')"]);
    const [code, output] = await Promise.all([ended(child), text(child.stdout)]);
    expect(output).not.toContain('ran');
    expect(code).toBe(9);
    expect(await repo.installs()).toHaveLength(3);
  });

  it('does not install again when it was told to stop', async () => {
    await using repo = await repository();
    await writeFile(repo.at('slow'), '');
    const child = repo.start(['true']);
    await expect.poll(repo.installs, { timeout: 30_000 }).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(143);
    expect(await repo.installs()).toHaveLength(1);
  });

  const untilTerm =
    "process.on('SIGTERM', () => { console.log('bye'); process.exit(3) }); setInterval(() => {}, 1e6); console.log('up')";

  it('is told to stop, and waited for', async () => {
    await using repo = await repository();
    await ended(repo.start(['true']));
    const child = repo.start(['node', '-e', untilTerm]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code, output] = await Promise.all([ended(child), text(child.stdout)]);
    expect(output).toContain('bye');
    expect(code).toBe(3);
  });

  it('is told to stop when npm is killed', async () => {
    await using repo = await repository();
    await ended(repo.start(['true']));
    const npm =
      "require('child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })";
    const command = [process.execPath, repo.at('tools/with-toolchain.mjs'), 'node', '-e', untilTerm];
    const child = spawn(process.execPath, ['-e', npm, ...command], {
      env: { ...process.env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    // Ends when the last holder of the pipe, which is the command, is gone.
    expect(await text(child.stdout)).toContain('bye');
  });
});
