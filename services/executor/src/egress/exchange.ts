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
  { url, method, headers, body }: WireRequest,
  bytesMax: number,
  signal: AbortSignal,
): Promise<WireResponse> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let received: WireHeaders = {};
    let bytes = 0;
    const chunks: Buffer[] = [];
    const abort = () => {
      const reason =
        signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
      controller?.abort(reason);
      reject(reason);
    };
    const settled = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort);
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...headers },
        body,
        // The caller's signal bounds the whole request.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: (started) => {
          controller = started;
          if (signal.aborted) abort();
        },
        onResponseStart: (_, statusCode, responseHeaders) => {
          // A 1xx comes before the answer.
          if (statusCode < 200) return;
          status = statusCode;
          received = responseHeaders;
        },
        onResponseData: (started, chunk) => {
          bytes += chunk.length;
          if (bytes > bytesMax) started.abort(new ResponseTooLarge(`over ${bytesMax} bytes`));
          else chunks.push(chunk);
        },
        onResponseEnd: () => {
          settled();
          resolve({
            status,
            headers: received,
            body: chunks.length === 1 ? (chunks[0] ?? empty) : Buffer.concat(chunks),
          });
        },
        onResponseError: (_, error) => {
          settled();
          reject(error);
        },
      },
    );
  });

const empty = Buffer.alloc(0);
