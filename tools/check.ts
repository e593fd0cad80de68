import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const fix = process.argv.includes('--fix');

/** What has not changed since it was last found good is not looked at again. */
const cache = 'node_modules/.cache';
const seen = ['--cache', '--cache-strategy', 'content', '--cache-location', `${cache}/format`];

const steps = [
  { name: 'format', command: ['prettier', fix ? '--write' : '--check', '--log-level', 'warn', ...seen, '.'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings', ...(fix ? ['--fix'] : [])] },
  { name: 'types', command: ['tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', `${cache}/types`] },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
];

const bin = resolve(import.meta.dirname, '../node_modules/.bin');

/** Prints what the step says only if it fails. */
const run = async ([program = '', ...args]: readonly string[]): Promise<boolean> => {
  const child = spawn(resolve(bin, program), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const exit: unknown[] = await once(child, 'close');
  const isGood = exit[0] === 0;
  if (!isGood) process.stdout.write(Buffer.concat(output));
  return isGood;
};

/** The step's name if it failed. */
const failure = async ({ name, command }: (typeof steps)[number]): Promise<readonly string[]> => {
  const startedAt = performance.now();
  const isGood = await run(command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${isGood ? '✓' : '✗'} ${name} (${seconds} s)`);
  return isGood ? [] : [name];
};

/** What corrects files has them to itself. */
const inTurn = async () => {
  const failed: string[] = [];
  for (const step of steps) failed.push(...(await failure(step)));
  return failed;
};

const failed = fix ? await inTurn() : (await Promise.all(steps.map(failure))).flat();
if (failed.length > 0) {
  console.log(
    `failed: ${failed.join(', ')}${failed.includes('format') ? ' (npm run check -- --fix formats)' : ''}`,
  );
  process.exit(1);
}
