import { StoreUnavailable, StreamDeleted } from './errors.ts';
import type { Recorded } from './event-store.ts';
import { storeErrorOf } from './store-error.ts';
import { abandon, type Channel } from './wire/channel.ts';
import { readStreamEnd, readStreamForwards } from './wire/read-request.ts';
import type { ReadResponse } from './wire/read-response.ts';

/** Reads have no deadline, since streams may be long: a server that hangs would hold this one for ever. */
export const readStream = async (
  channel: Channel,
  stream: string,
  silenceMs: number,
  request = readStreamForwards(stream),
): Promise<readonly Recorded[]> => {
  const source = await channel.read(request);
  const silence = setTimeout(() => {
    source.destroy(
      new StoreUnavailable('silent', `The event store did not answer a read for ${silenceMs} ms.`),
    );
  }, silenceMs);
  const events: Recorded[] = [];
  const responses: AsyncIterable<ReadResponse> = source;
  try {
    for await (const response of responses) {
      silence.refresh();
      if (response.is === 'event' && response.recorded) events.push(response.recorded);
    }
  } catch (raw) {
    const error = storeErrorOf(raw);
    throw error instanceof StreamDeleted
      ? new StreamDeleted(`${stream} was deleted for good.`, { cause: raw })
      : error;
  } finally {
    clearTimeout(silence);
    abandon(source);
  }
  return events;
};

export const readLast = async (
  channel: Channel,
  stream: string,
  silenceMs: number,
): Promise<Recorded | undefined> =>
  (await readStream(channel, stream, silenceMs, readStreamEnd(stream))).at(-1);
