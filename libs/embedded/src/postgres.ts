import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { initialiseCluster, postgresUser } from './postgres-cluster.ts';
import { untilPredecessorIsGone } from './predecessor.ts';
import { untilReady } from './ready.ts';
import { startProcess, type Log, type ServerProcess } from './server-process.ts';
import { commandLine, unprivileged } from './unprivileged.ts';

export type PostgresOptions = Readonly<{
  /** Belongs to this server; made when there is none. */
  dataDir: string;
  /** A free one unless given. */
  port?: number | undefined;
  log: Log;
  /** postgresql.conf's, such as `{ max_connections: '300' }`. */
  settings?: Readonly<Record<string, string>> | undefined;
  /** Aborted, it stops the server, also one that is not ready yet. */
  signal?: AbortSignal | undefined;
}>;

export interface PostgresServer extends ServerProcess {
  /** Of the database `karrio`, with the password in it. */
  readonly url: string;
  readonly port: number;
}

const defaults: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // A socket's path must stay below 108 bytes, and nobody needs one.
  unix_socket_directories: '',
  shared_buffers: '64MB',
  // Our statements take less than a millisecond; compiling one costs more.
  jit: 'off',
  timezone: 'UTC',
};

/** Crash recovery may have minutes of WAL to read; this ends a wait that leads nowhere. */
const readyDeadlineMs = 120_000;

/**
 * PostgreSQL on loopback, open to the holder of the URL alone: each folder has a password of its own.
 * What a server that was killed left behind is recovered.
 */
export const startPostgres = async (options: PostgresOptions): Promise<PostgresServer> => {
  const programs = postgresBinaries();
  const as = await unprivileged(programs.postgres);
  await mkdir(options.dataDir, { recursive: true });
  await chmod(options.dataDir, 0o700);
  const { cluster, password } = await initialiseCluster(programs.initdb, as, options.dataDir);
  await untilPredecessorIsGone(join(cluster, 'postmaster.pid'), cluster);

  const port = options.port ?? (await freePort());
  const settings = Object.entries({ ...defaults, ...options.settings });
  const { command, args } = commandLine(as, programs.postgres, [
    '-D',
    cluster,
    '-p',
    String(port),
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const url = (database: string) => `postgres://${postgresUser}:${password}@127.0.0.1:${port}/${database}`;
  // SIGINT is the "fast" shutdown: it ends the sessions instead of waiting for them.
  const { log, signal } = options;
  const start = () => startProcess({ name: 'postgres', command, args, log, stopSignal: 'INT', signal });
  const server = await startAfterOrphans(start, () => answers(url('postgres')));
  await ensureDatabase(url('postgres'), 'karrio');
  return { ...server, url: url('karrio'), port };
};

/**
 * A session of a server that was killed may outlive it by a moment and holds its shared memory, which
 * PostgreSQL refuses to start beside.
 */
const startAfterOrphans = async (start: () => Promise<ServerProcess>, probe: () => Promise<boolean>) => {
  for (let attemptsLeft = 20; ; attemptsLeft--) {
    const server = await start();
    try {
      await untilReady(server, probe, readyDeadlineMs);
      return server;
    } catch (error) {
      const isInUse = server.lastLines().includes('pre-existing shared memory block');
      if (!isInUse || attemptsLeft === 0) throw error;
      await delay(500);
    }
  }
};

const answers = (url: string) =>
  withClient(url, (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  );

const ensureDatabase = (url: string, name: string) =>
  withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });

const withClient = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(url);
  // The server may go away at any time; the query then rejects, and this event has nothing to add.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};
