import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** `id` is what a client that reconnects sends as `Last-Event-ID`. The data is one line. */
export type ServerSentEvent = Readonly<{ id?: string; event: string; data: string }>;

export type EventStream = Readonly<{
  next: () => Promise<IteratorResult<ServerSentEvent, unknown>>;
  return: () => Promise<unknown>;
  /** Up to where nothing is left to tell, while there is nothing. */
  idleId: () => string | undefined;
}>;

/** Proxies close what is silent for a minute. */
const keepAliveMs = 15_000;
/** How long a client waits before it reconnects. */
const retryMs = 1_000;
/** What was sent to a client that takes in nothing is cut off after this. */
const dropAfterMs = 5_000;
/** What waits for a slow client in this process beside its socket. */
const bufferBytesMax = 64 * 1_024;

/**
 * Answers with events as they come; the next one is asked for when the client has taken the one before.
 * `drop`: whatever the client does, the connection is over a little later.
 */
export const sendEvents = (reply: FastifyReply, events: EventStream): Readonly<{ drop: () => void }> => {
  const stream = new PassThrough({ highWaterMark: bufferBytesMax });
  const keepAlive = setInterval(() => {
    const id = events.idleId();
    stream.write(id === undefined ? ': keep-alive\n\n' : `id: ${id}\n\n`);
  }, keepAliveMs);
  stream.on('close', () => {
    clearInterval(keepAlive);
    void events.return();
  });
  // A client that went away is no fault.
  stream.on('error', () => undefined);
  stream.write(`retry: ${retryMs}\n\n`);
  void pump(stream, events);
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    // Kept alive, it would hold up a gateway that stops.
    .header('connection', 'close')
    .header('x-accel-buffering', 'no')
    .send(stream);
  // Its socket too: what was written to it is stuck there.
  return { drop: () => void setTimeout(() => reply.raw.destroy(), dropAfterMs).unref() };
};

const pump = async (stream: PassThrough, events: EventStream): Promise<void> => {
  try {
    for (let result = await events.next(); !result.done; result = await events.next()) {
      if (!stream.write(textOf(result.value))) await once(stream, 'drain');
    }
    stream.end(textOf({ event: 'complete', data: '' }));
  } catch {
    stream.destroy();
  }
};

const textOf = ({ id, event, data }: ServerSentEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
