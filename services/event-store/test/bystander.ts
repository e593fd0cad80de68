import { EventStoreDBClient } from '@eventstore/db-client';
import { collect, events } from './collect.ts';

/** Somebody who behaves: appends, reads back, and follows, one after the other, until told to stop. */
export const startBystander = (url: string) => {
  // It is busy itself: with what does not behave, in the same process.
  const client = EventStoreDBClient.connectionString(`${url}&defaultDeadline=60000`);
  const stream = `bystander-${crypto.randomUUID()}`;
  let isStopping = false;
  let rounds = 0;
  let nextRound = Promise.withResolvers<void>();

  const working = (async () => {
    while (!isStopping) {
      const { nextExpectedRevision } = await client.appendToStream(stream, events('Seen'));
      const [last] = await collect(client.readStream(stream, { fromRevision: nextExpectedRevision }));
      if (last !== `Seen@${String(nextExpectedRevision)}`) throw new Error('what was appended is not there');
      rounds++;
      nextRound.resolve();
      nextRound = Promise.withResolvers();
    }
  })();
  const failed = working.then(() => new Promise<never>(() => undefined));

  return {
    client,
    /** Resolves when an append and a read that both began after this call have succeeded. @throws when one failed */
    isServed: async () => {
      const wanted = rounds + 2;
      while (rounds < wanted) await Promise.race([nextRound.promise, failed]);
    },
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      try {
        await working;
      } finally {
        await client.dispose();
      }
    },
  };
};
