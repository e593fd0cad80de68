import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { guard } from './guard.ts';

export type Log = (line: string) => void;

export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

/** A server that runs as a process of its own. It ends when this process does, even by SIGKILL. */
export interface ServerProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Resolves, never rejects, when the process has ended and its output is read. */
  readonly exited: Promise<Exit>;
  /** Asks the process to end, and kills it after a deadline. Once it has ended, does nothing. */
  readonly stop: () => Promise<void>;
  /** SIGKILL, as a crash would do it; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** The end of its output, for the message of who waits in vain. */
  readonly lastLines: () => string;
}

export type ProcessOptions = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string | undefined;
  /** The whole environment; the one of this process unless given. */
  env?: Readonly<Record<string, string>> | undefined;
  log: Log;
  /** What the server takes as the request to end well. */
  stopSignal: 'INT' | 'TERM';
  /** From that request to SIGKILL. */
  stopDeadlineMs?: number | undefined;
  /** Aborted, it stops the process, also one that is not ready yet. */
  signal?: AbortSignal | undefined;
  /** Told the process id long before the process is ready. */
  onSpawn?: ((pid: number) => void) | undefined;
}>;

export const startProcess = async (options: ProcessOptions): Promise<ServerProcess> => {
  const {
    name,
    command,
    args,
    cwd,
    env,
    log,
    stopSignal,
    stopDeadlineMs = 10_000,
    signal: aborted,
  } = options;
  aborted?.throwIfAborted();
  const child = spawn(command, args, {
    // Ctrl-C on the terminal must reach the launcher alone, which stops its servers in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd && { cwd }),
    ...(env && { env }),
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const tail = tailOf(log);
  readLines(child.stdout, tail.line);
  readLines(child.stderr, tail.line);
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} was started without a process id`);

  options.onSpawn?.(pid);
  const unguard = guard(pid, stopSignal);
  child.once('exit', unguard);

  const end = async (signal: NodeJS.Signals) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
    child.kill(signal);
    await exited;
    clearTimeout(killer);
  };
  const stop = () => end(`SIG${stopSignal}`);
  const kill = () => end('SIGKILL');
  const stopOnAbort = () => void stop();
  aborted?.addEventListener('abort', stopOnAbort, { once: true });
  child.once('exit', () => aborted?.removeEventListener('abort', stopOnAbort));
  if (aborted?.aborted) stopOnAbort();
  return { name, pid, exited, stop, kill, lastLines: tail.text, [Symbol.asyncDispose]: stop };
};

const readLines = (input: Readable, onLine: Log) => createInterface({ input }).on('line', onLine);

/** Twenty lines: enough for a stack trace, little enough for an error message. */
const tailOf = (log: Log, linesMax = 20) => {
  const lines: string[] = [];
  const line = (text: string) => {
    lines.push(text);
    if (lines.length > linesMax) lines.shift();
    log(text);
  };
  return { line, text: () => lines.join('\n') };
};
