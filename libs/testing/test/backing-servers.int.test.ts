import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { freshDatabase, freshNats, natsUrl } from '../src/index.ts';

describe('the servers of a test run', () => {
  it('give each caller an empty database of its own, and drop it under an open connection', async () => {
    const first = await freshDatabase();
    await using second = await freshDatabase();
    expect(first.url).not.toBe(second.url);

    const client = new pg.Client(first.url);
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await client.query('CREATE TABLE t ()');
    await first[Symbol.asyncDispose]();
    expect(await ended).toBeInstanceOf(Error);
    await expect(new pg.Client(first.url).connect()).rejects.toThrow('does not exist');
  });

  it('offer one NATS to all, and another to who wants its own', async () => {
    await using own = await freshNats();
    expect(own.url).not.toBe(await natsUrl());
  });
});
