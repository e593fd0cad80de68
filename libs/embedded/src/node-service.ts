import { dirname, resolve } from 'node:path';
import { untilReady } from './ready.ts';
import { startProcess, type Log, type ServerProcess } from './server-process.ts';

export type NodeOptions = Readonly<{
  name: string;
  /** Its main.ts. Runs in the folder of it, so that `--import` finds the packages that it has. */
  script: string;
  /** Its whole environment. On `OPS_PORT` it has to serve `/readyz`. */
  env: Readonly<Record<string, string>> & Readonly<{ OPS_PORT: string }>;
  log: Log;
  /** Node's own, such as `['--import', '@karrio/telemetry/register']`. */
  execArgv?: readonly string[] | undefined;
  /** For the first 200 of `/readyz`. */
  readyDeadlineMs?: number | undefined;
  /** For the time between SIGTERM and SIGKILL. */
  stopDeadlineMs?: number | undefined;
  /** Aborted, it stops the service, also one that is not ready yet. */
  signal?: AbortSignal | undefined;
  /** Told the process id long before the service is ready. */
  onSpawn?: ((pid: number) => void) | undefined;
}>;

/** Starts one of our services on this Node, and resolves when it is ready. */
export const startNode = async (options: NodeOptions): Promise<ServerProcess> => {
  const { name, script, env, log, execArgv = [], readyDeadlineMs = 60_000, stopDeadlineMs, signal } = options;
  const server = await startProcess({
    name,
    command: process.execPath,
    args: [...execArgv, resolve(script)],
    cwd: dirname(resolve(script)),
    env,
    log,
    stopSignal: 'TERM',
    stopDeadlineMs,
    signal,
    onSpawn: options.onSpawn,
  });
  await untilReady(server, () => isReady(env.OPS_PORT), readyDeadlineMs);
  return server;
};

const isReady = async (port: string): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};
