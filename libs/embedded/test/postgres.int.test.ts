import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startPostgres } from '../src/index.ts';
import { temporaryFolder } from './folder.ts';

const log = () => undefined;

const query = async (url: string, statement: string): Promise<readonly unknown[]> => {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

describe('the embedded PostgreSQL', () => {
  it('keeps out who does not have the password', async () => {
    await using folder = await temporaryFolder();
    await using server = await startPostgres({ dataDir: join(folder.path, 'postgres'), log });
    expect(await query(server.url, 'SELECT current_database()')).toEqual([{ current_database: 'karrio' }]);

    const guess = new URL(server.url);
    guess.password = 'karrio';
    await expect(query(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('has after SIGKILL what was committed, under the same password, in a folder with a space in its name', async () => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'my data');
    const first = await startPostgres({ dataDir, log });
    await query(first.url, "CREATE TABLE run AS SELECT 'wevt_1' AS id");
    await first.kill();

    await using second = await startPostgres({ dataDir, log, port: first.port });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT id FROM run')).toEqual([{ id: 'wevt_1' }]);
  });

  it('starts though its pid file names a process that lives and is another program', async () => {
    await using folder = await temporaryFolder();
    const first = await startPostgres({ dataDir: folder.path, log });
    await first.kill();
    // This test's own process stands for whatever got the number after a reboot.
    await writeFile(join(folder.path, 'cluster/postmaster.pid'), `${process.pid}\n`);

    await using second = await startPostgres({ dataDir: folder.path, log });
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('takes the settings of who starts it', async () => {
    await using folder = await temporaryFolder();
    const settings = { max_connections: '17', unix_socket_directories: '' };
    await using server = await startPostgres({ dataDir: folder.path, log, settings });
    expect(await query(server.url, 'SHOW max_connections')).toEqual([{ max_connections: '17' }]);
    expect(await query(server.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('says what is wrong when it cannot start', async () => {
    await using folder = await temporaryFolder();
    const settings = { shared_buffers: 'plenty' };
    await expect(startPostgres({ dataDir: folder.path, log, settings })).rejects.toThrow(
      /postgres ended \(exit code 1\).*invalid value for parameter "shared_buffers"/s,
    );
  });
});
