import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Stub = AsyncDisposable & Readonly<{ port: number; pid: number }>;

/** Starts the stub as a process of its own, so that its CPU is not taken for ours. */
export const startStub = async (): Promise<Stub> => {
  const child = fork(fileURLToPath(new URL('./stub.ts', import.meta.url)));
  const messages: readonly unknown[] = await once(child, 'message');
  const [message] = messages;
  const port = typeof message === 'object' && message && 'port' in message ? Number(message.port) : 0;
  return { port, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => ended(child) };
};

const ended = async (child: ChildProcess) => {
  child.disconnect();
  if (child.exitCode === null) await once(child, 'exit');
};
