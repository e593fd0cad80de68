import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

const signals = new AsyncLocalStorage<AbortSignal>();

/**
 * Statements of this work are given up when the signal says so: none begins any more, and Postgres cancels the one
 * under way. They throw, and what else the work does goes on.
 */
export const untilAborted = <T>(signal: AbortSignal, work: () => T): T => signals.run(signal, work);

/** Takes a connection that was just checked out for the work that asked for it. @throws the signal's reason */
export const forItsWork = (client: pg.PoolClient, options: pg.ClientConfig): pg.PoolClient => {
  const signal = signals.getStore();
  if (!signal) return client;
  const release = client.release.bind(client);
  if (signal.aborted) {
    release();
    throw signal.reason;
  }
  const cancel = () => void cancelStatement(client, options);
  signal.addEventListener('abort', cancel, { once: true });
  client.release = (error) => {
    signal.removeEventListener('abort', cancel);
    // The cancellation may come late, and would meet somebody else's statement.
    release(error ?? signal.aborted);
  };
  return client;
};

/** By a connection of its own: those of the pool may all wait for what is to be cancelled. */
const cancelStatement = async (client: pg.PoolClient, options: pg.ClientConfig): Promise<void> => {
  const canceller = new pg.Client(options);
  // Where Postgres does not answer, the statement's own timeout is left.
  canceller.on('error', () => {});
  try {
    await canceller.connect();
    await canceller.query('select pg_cancel_backend($1)', [Reflect.get(client, 'processID')]);
  } catch {
    // As above.
  } finally {
    await canceller.end().catch(() => {});
  }
};
