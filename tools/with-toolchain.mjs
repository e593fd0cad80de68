// Runs a command on the Node and with the packages that this repository names, on a machine that has any
// Node from 20 on and npm: `node tools/with-toolchain.mjs node deploy/local/src/main.ts`.
// It runs before anything is installed, so it is JavaScript and knows `node:` modules only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const stampFile = join(modules, '.installed-lockfile');
const lockFile = join(modules, '.installing');
const read = (file) => readFileSync(join(root, file), 'utf8');

/** Changes with whatever makes `pnpm install` do something else. */
const wantedStamp = () =>
  createHash('sha256').update(read('pnpm-lock.yaml')).update(read('pnpm-workspace.yaml')).digest('hex');

const isInstalled = (stamp) =>
  existsSync(join(bin, 'node')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;

/** Exact versions, each named where its own tool looks for it. */
const versions = () => ({
  pnpm: JSON.parse(read('package.json')).packageManager.replace('pnpm@', ''),
  node: /^ {2}node: (\d\S*)$/m.exec(read('pnpm-workspace.yaml'))[1],
});

/** Between the attempts to install: registries have moments, and npm and pnpm have repeated each request already. */
const pausesMs = [1_000, 5_000];

/** Somebody has sent a signal that asks to stop. */
let isStopping = false;

const installPatiently = async (stamp, pauses = pausesMs) => {
  const code = await install(stamp);
  const [pauseMs, ...left] = pauses;
  if (code === 0 || pauseMs === undefined || isStopping) return code;
  console.error(`The packages could not be installed; once more in ${pauseMs / 1000} s.`);
  await delay(pauseMs);
  return installPatiently(stamp, left);
};

const install = async (stamp) => {
  const { pnpm, node } = versions();
  console.log(
    `Installing packages with pnpm ${pnpm} on Node ${node}: the first time, or the lockfile has changed.`,
  );
  const startedAt = performance.now();
  const tools = ['-p', `pnpm@${pnpm}`, '-p', `node@${node}`];
  // pnpm reads a user's npmrc, but neither the machine's nor `npm_config_registry`.
  const command = 'pnpm_config_registry="$(npm config get registry)" pnpm install --frozen-lockfile';
  const code = await run('npx', ['-y', ...tools, '-c', command], {
    // pnpm asks before it replaces a folder it does not know; nobody may be there to answer.
    CI: 'true',
    // Node, PostgreSQL and the test tools come as optional and development packages and by an install script:
    // things that a user's npmrc may leave out.
    NODE_ENV: 'development',
    npm_config_ignore_scripts: 'false',
    npm_config_omit: '',
    npm_config_include: 'optional',
  });
  if (code !== 0) return code;
  writeFileSync(stampFile, stamp);
  console.log(`Installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  return 0;
};

/** Two commands started together on a fresh checkout: one installs, the other waits. */
const ensureInstalled = async () => {
  const stamp = wantedStamp();
  if (isInstalled(stamp)) return 0;
  mkdirSync(modules, { recursive: true });
  while (!acquireLock()) await delay(200);
  try {
    if (isInstalled(stamp)) return 0;
    const code = await installPatiently(stamp);
    if (code !== 0)
      console.error(
        'The packages could not be installed: see above. Is the npm registry reachable (npm ping)?',
      );
    return code;
  } finally {
    rmSync(lockFile, { force: true });
  }
};

/** A link that names the holder's process id: made with its content in one step, or not at all. */
const acquireLock = () => {
  try {
    symlinkSync(String(process.pid), lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isAlive(holder())) rmSync(lockFile, { force: true });
    return false;
  }
};

const holder = () => {
  try {
    return Number(readlinkSync(lockFile));
  } catch {
    return 0;
  }
};

const isAlive = (pid) => {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Calls back when npm, which started this, was killed: it passes other signals on, but that one it cannot. */
const watchNpm = (onGone) => {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  return () => clearInterval(timer);
};

/** Passes signals on, and gives the exit code as a shell would. */
const run = async (command, args, env) => {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const forward = (signal) => {
    isStopping = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const unwatch = watchNpm(() => forward('SIGTERM'));
  const [code, signal] = await once(child, 'exit');
  for (const name of signals) process.off(name, forward);
  unwatch();
  return code ?? 128 + constants.signals[signal];
};

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('usage: node tools/with-toolchain.mjs COMMAND [ARGUMENT…]');
  process.exit(2);
}
const installCode = await ensureInstalled();
process.exit(installCode || (await run(command, args, { PATH: `${bin}${delimiter}${process.env.PATH}` })));
