import { startNats, type NatsOptions, type NatsServer } from '@karrio/embedded';
import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type Watch = Readonly<{
  everyMs: number;
  answerMsMax: number;
  /** So often in a row it may say nothing: a machine may be busy. */
  silencesMax: number;
  /** It would only fill up again. */
  bytesFreeMin: number;
}>;

const watch: Watch = { everyMs: 10_000, answerMsMax: 10_000, silencesMax: 3, bytesFreeMin: 64 * 2 ** 20 };

/**
 * A NATS that is ended when JetStream says nothing more, so that who keeps it running starts it anew: after its
 * disk was full it stays silent, also when there is room again.
 */
export const startWatchedNats = async (options: NatsOptions, how: Watch = watch): Promise<NatsServer> => {
  const server = await startNats(options);
  const over = new AbortController();
  void server.exited.then(() => over.abort());
  const { dataDir, log } = options;
  void endWhenSilent(server, { log, bytesFree: () => bytesFree(dataDir) }, how, over.signal);
  return server;
};

type Ports = Readonly<{ log: NatsOptions['log']; bytesFree: () => Promise<number> }>;

export const endWhenSilent = async (
  server: Pick<NatsServer, 'answers' | 'kill'>,
  { log, bytesFree: free }: Ports,
  { everyMs, answerMsMax, silencesMax, bytesFreeMin }: Watch,
  signal: AbortSignal,
): Promise<void> => {
  for (let silences = 0; !signal.aborted;) {
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    silences = (await server.answers(answerMsMax)) ? 0 : silences + 1;
    if (silences < silencesMax || (await free()) < bytesFreeMin) continue;
    log(`JetStream answered nothing ${silences} times in a row; this server is ended, to be started anew`);
    await server.kill();
  }
};

const bytesFree = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};
