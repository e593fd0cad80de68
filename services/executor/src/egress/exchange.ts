import type { WireHeaders, WireRequest } from '@karrio/actions';
import type { Dispatcher } from 'undici';

/** One answer as it came; its body may be packed. */
export type Exchanged = Readonly<{ status: number; headers: WireHeaders; body: Buffer }>;

/** No connection stood in the time that the request gives it. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

/** An answer's body, packed or unpacked, is over the limit. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

export type Limits = Readonly<{
  bytesMax: number;
  signal: AbortSignal;
  /** Called when a connection stands and the request begins to leave. */
  onDeparture: () => void;
}>;

/**
 * One request and its whole answer. Undici's dispatch rather than its request(): the body is counted while it
 * comes, and no stream object is made for a kilobyte.
 * @throws what undici says, NotConnected, ResponseTooLarge, or the signal's reason
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: WireRequest,
  { bytesMax, signal, onDeparture }: Limits,
): Promise<Exchanged> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let given: Error | undefined;
    const giveUp = (reason: Error) => {
      given = reason;
      controller?.abort(reason);
      settle(() => reject(reason));
    };
    const abort = () => giveUp(reasonOf(signal));
    const timer = connectTimer(request, giveUp);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      act();
    };
    signal.addEventListener('abort', abort);
    dispatcher.dispatch(optionsOf(request), {
      ...collector(bytesMax, (response) => settle(() => resolve(response))),
      onRequestStart: (started) => {
        controller = started;
        clearTimeout(timer);
        // Given up while it waited for a connection: it must not leave now.
        if (given) started.abort(given);
        else if (signal.aborted) abort();
        else onDeparture();
      },
      onResponseError: (_, error) => settle(() => reject(error)),
    });
  });

/** Undici's own bound holds for a pool of connections; a request's own is kept here. */
const connectTimer = ({ connectTimeoutMs }: WireRequest, giveUp: (reason: Error) => void) =>
  typeof connectTimeoutMs === 'number'
    ? setTimeout(
        () => giveUp(new NotConnected(`no connection within ${connectTimeoutMs} ms`)),
        connectTimeoutMs,
      )
    : undefined;

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error('aborted', { cause: reason });

const optionsOf = ({ url, method, headers, body }: WireRequest): Dispatcher.DispatchOptions => ({
  origin: url.origin,
  path: url.pathname + url.search,
  method,
  headers: { ...headers },
  body,
  // The caller's signal bounds the whole request.
  headersTimeout: 0,
  bodyTimeout: 0,
});

const informationsMax = 100;

/** The parts of an answer, put together at its end. */
const collector = (bytesMax: number, done: (response: Exchanged) => void): Dispatcher.DispatchHandler => {
  let status = 0;
  let headers: WireHeaders = {};
  let bytes = 0;
  let informations = 0;
  const tooLarge = () => new ResponseTooLarge(`over ${bytesMax} bytes`);
  const chunks: Buffer[] = [];
  return {
    onResponseStart: (controller, statusCode, received) => {
      // A 1xx comes before the answer.
      if (statusCode < 200) {
        if (++informations > informationsMax)
          controller.abort(new ResponseTooLarge('preceded by over 100 others'));
        return;
      }
      status = statusCode;
      headers = received;
      // What announces itself as too large is not begun.
      if (Number(received['content-length']) > bytesMax) controller.abort(tooLarge());
    },
    onResponseData: (controller, chunk) => {
      bytes += chunk.length;
      if (bytes > bytesMax) controller.abort(tooLarge());
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      const [only] = chunks;
      done({ status, headers, body: only && chunks.length === 1 ? only : Buffer.concat(chunks) });
    },
  };
};
