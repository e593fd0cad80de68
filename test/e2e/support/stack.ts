import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, temporaryFolder } from '@karrio/testing';

const launcher = resolve(import.meta.dirname, '../../../deploy/local/src/main.ts');
/** A first start makes a database cluster, on cores that others use as well. */
const readyMs = 100_000;
const restartedMs = 60_000;

/** What a client needs to know of a stack. */
export type Address = Readonly<{ gateway: string; apiKey: string; nats: string; eventstore: string }>;

export type Stack = AsyncDisposable &
  Address &
  Readonly<{
    /** As stack.json has it now. */
    processes: () => Readonly<Record<string, number>>;
    /** Where each part tells how it is. */
    ops: Readonly<Record<string, string>>;
    /** `kill -9`. Resolves when the process is gone, not when there is another. */
    kill: (part: string) => Promise<void>;
    /** Resolves when the part that was killed runs as another process. */
    replaced: (part: string) => Promise<void>;
    /** SIGTERM to the launcher; gives its exit status. */
    stop: () => Promise<number>;
  }>;

export type StackOptions = Readonly<{
  /** Given, it stays. */
  dataDir?: string;
  /** Settings for the services. */
  env?: Readonly<Record<string, string>>;
}>;

/** The product as `npm start -- --no-demo` starts it, allowed to call this machine. */
export const startStack = async ({ dataDir: given, env = {} }: StackOptions = {}): Promise<Stack> => {
  await using started = new AsyncDisposableStack();
  const dataDir = given ?? started.use(await temporaryFolder()).path;
  const { PATH = '', NATS_SERVER_BIN = '' } = process.env;
  const child = spawn(process.execPath, [launcher, '--no-demo'], {
    env: { PATH, NATS_SERVER_BIN, EGRESS_ALLOW: '127.0.0.1', ...env, DATA_DIR: dataDir },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const ended = once(child, 'exit').then(([code]) => Number(code));
  const terminate = () => child.kill('SIGTERM');
  process.once('exit', terminate);
  const stop = () => {
    process.off('exit', terminate);
    terminate();
    return ended;
  };
  started.defer(async () => void (await stop()));

  const read = () => JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'));
  const { gateway, api_key, nats, eventstore, ops } = await eventually(
    'the stack is ready',
    read,
    readyMs,
  ).catch((cause) => {
    throw new Error(`the stack did not start:\n${output}`, { cause });
  });
  const processes: Stack['processes'] = () => read().processes;
  const former = new Map<string, number>(Object.entries(processes()));
  const kept = started.move();
  return {
    gateway,
    apiKey: api_key,
    nats,
    eventstore,
    processes,
    ops,
    kill: async (part) => {
      const pid = await eventually(`${part} runs`, () => processes()[part]);
      former.set(part, pid);
      process.kill(pid, 'SIGKILL');
      await eventually(`${part} is gone`, () => processes()[part] !== pid);
    },
    replaced: async (part) => {
      const isOther = () => (processes()[part] ?? former.get(part)) !== former.get(part);
      await eventually(`${part} runs again`, isOther, restartedMs);
    },
    stop,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

/** The ids of all processes that were started for a data directory and are there still. */
export const processesOn = (dataDir: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => readProcess(pid, file).includes(dataDir)));

/** Empty for one that has just ended. */
const readProcess = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};
