import type { Dispatcher } from 'undici';

export type WireRequest = Readonly<{
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
}>;

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

export type WireResponse = Readonly<{ status: number; headers: WireHeaders; body: Buffer }>;

/** An answer's body, packed or unpacked, is over the limit. */
export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

/**
 * One request and its whole answer. Undici's dispatch rather than its request(): the body is counted while it
 * comes, and no stream object is made for a kilobyte.
 * @throws what undici says, ResponseTooLarge, or the signal's reason
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: WireRequest,
  bytesMax: number,
  signal: AbortSignal,
): Promise<WireResponse> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    const abort = () => {
      const reason = reasonOf(signal);
      controller?.abort(reason);
      reject(reason);
    };
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', abort);
      act();
    };
    signal.addEventListener('abort', abort);
    dispatcher.dispatch(optionsOf(request), {
      ...collector(bytesMax, (response) => settle(() => resolve(response))),
      onRequestStart: (started) => {
        controller = started;
        if (signal.aborted) abort();
      },
      onResponseError: (_, error) => settle(() => reject(error)),
    });
  });

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

/** The parts of an answer, put together at its end. */
const collector = (bytesMax: number, done: (response: WireResponse) => void): Dispatcher.DispatchHandler => {
  let status = 0;
  let headers: WireHeaders = {};
  let bytes = 0;
  const chunks: Buffer[] = [];
  return {
    onResponseStart: (_, statusCode, received) => {
      // A 1xx comes before the answer.
      if (statusCode < 200) return;
      status = statusCode;
      headers = received;
    },
    onResponseData: (controller, chunk) => {
      bytes += chunk.length;
      if (bytes > bytesMax) controller.abort(new ResponseTooLarge(`over ${bytesMax} bytes`));
      else chunks.push(chunk);
    },
    onResponseEnd: () => {
      const [only] = chunks;
      done({ status, headers, body: only && chunks.length === 1 ? only : Buffer.concat(chunks) });
    },
  };
};
