import { join } from 'node:path';
import { startNats, type NatsServer } from '@karrio/embedded';
import { provided } from './provided.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { toolsDir } from './tools-dir.ts';

/** The run's NATS, which all test files share: for who needs no streams of our fixed names. */
export const natsUrl = (): Promise<string> => provided('natsUrl');

/** A NATS of one's own; starts in some 50 ms. On disposal its folder goes too. */
export const freshNats = async (options: Readonly<{ port?: number }> = {}): Promise<NatsServer> => {
  await using started = new AsyncDisposableStack();
  const folder = started.use(await temporaryFolder());
  const server = started.use(
    await startNats({ dataDir: join(folder.path, 'nats'), toolsDir, log: () => undefined, ...options }),
  );
  const kept = started.move();
  return { ...server, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};
