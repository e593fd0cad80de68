import { on, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { natsBinary } from './nats-binary.ts';
import { untilPredecessorIsGone } from './predecessor.ts';
import { untilReady } from './ready.ts';
import { startProcess, type Log, type ServerProcess } from './server-process.ts';

export type NatsOptions = Readonly<{
  /** Belongs to this server; made when there is none. */
  dataDir: string;
  /** A free one unless given. */
  port?: number | undefined;
  log: Log;
  /** What NATS_SERVER_BIN says. */
  serverBin?: string | undefined;
  /** Where a fetched nats-server is kept: `tools` beside `dataDir` unless given. */
  toolsDir?: string | undefined;
  /** Aborted, it stops the server, also one that is not ready yet. */
  signal?: AbortSignal | undefined;
}>;

export interface NatsServer extends ServerProcess {
  readonly url: string;
  readonly port: number;
  /** Whether JetStream answers within this time; a server whose disk was full says nothing more, for good. */
  readonly answers: (withinMs: number) => Promise<boolean>;
}

const readyDeadlineMs = 60_000;

/** nats-server with JetStream on loopback. */
export const startNats = async (options: NatsOptions): Promise<NatsServer> => {
  const { dataDir, log, serverBin, toolsDir = join(dirname(dataDir), 'tools'), signal } = options;
  const command = await natsBinary({ serverBin, toolsDir, log });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const pidFile = join(dataDir, 'nats.pid');
  await untilPredecessorIsGone(pidFile, dataDir);

  const port = options.port ?? (await freePort());
  // Options instead of a file: 2.9 does not know all of today's settings and refuses to start on them.
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dataDir, '-P', pidFile];
  const server = await startProcess({ name: 'nats', command, args, log, stopSignal: 'TERM', signal });
  await untilReady(server, () => greets(port), readyDeadlineMs);
  const answers = (withinMs: number) => answersJetStream(port, withinMs);
  return { ...server, url: `nats://127.0.0.1:${port}`, port, answers };
};

/** The server opens each connection with a line about itself; without JetStream it is of no use to us. */
const greets = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    const greeting: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(5_000) });
    return String(greeting[0]).includes('"jetstream":true');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** Asks in NATS' own protocol, which needs no client: for JetStream's account information. */
const question = [
  'CONNECT {"verbose":false,"pedantic":false}',
  'SUB answer 1',
  'PUB $JS.API.INFO answer 0',
  '',
  '',
].join('\r\n');

const answersJetStream = async (port: number, withinMs: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(question);
    let heard = '';
    for await (const [chunk] of on(socket, 'data', { signal: AbortSignal.timeout(withinMs) })) {
      heard += String(chunk);
      if (heard.includes('MSG answer')) return true;
    }
    return false;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
