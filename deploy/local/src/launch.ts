import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { runDemo, shopToken } from './demo/demo.ts';
import { takeLock } from './lock.ts';
import { progressTo, seconds } from './progress.ts';
import { startStack, type RunningStack } from './stack.ts';

export type Launch = Readonly<{
  config: Config;
  demo: boolean;
  /** Aborted, everything stops. */
  signal: AbortSignal;
  print: (line: string) => void;
  /** Tells how to end at once, for when the orderly stop takes too long. */
  onRunning: (stack: RunningStack) => void;
}>;

/**
 * The stack from start to stop.
 * @throws Error for a human when it does not start
 */
export const launch = async ({ config, demo, signal, print, onRunning }: Launch): Promise<void> => {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const taken = takeLock(config.dataDir);
  if ('heldBy' in taken) {
    throw new Error(
      `Process ${taken.heldBy} runs a stack on ${config.dataDir} already: stop it, or set DATA_DIR to another directory.`,
    );
  }
  using _lock = taken.lock;

  const begun = performance.now();
  print(`Starting; data and logs are in ${config.dataDir}`);
  const token = demo ? shopToken : undefined;
  await using stack = await startStack({ config, shopToken: token, progress: progressTo(print), signal });
  onRunning(stack);
  print(`ready  ${stack.gateway}  (after ${seconds(performance.now() - begun)})`);
  for (const line of links(stack, config)) print(line);

  if (demo) await showDemo(stack, signal, print);
  print('Press Ctrl-C to stop.');
  await aborted(signal);
  print('Stopping');
};

const links = (stack: RunningStack, config: Config): readonly string[] => [
  `       GraphiQL   ${stack.gateway}/graphql`,
  `       API key    ${stack.apiKeyFile}   (send it as: Authorization: Token key_…)`,
  `       addresses  ${stack.file}`,
  `       logs       ${join(config.dataDir, 'logs')}`,
];

/** A demonstration that fails is no reason to stop what runs. */
const showDemo = async (stack: RunningStack, signal: AbortSignal, print: (line: string) => void) => {
  try {
    await runDemo({ ...stack, signal, print });
  } catch (error) {
    if (signal.aborted) return;
    print(`The demonstration did not work: ${error instanceof Error ? error.message : String(error)}`);
    print('The stack runs on; the logs may tell why.');
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
