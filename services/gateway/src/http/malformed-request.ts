import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problem, problemBody } from './problem.ts';

type ClientError = Error & Readonly<{ code?: string }>;

/** What is no HTTP never becomes a request: it is answered by hand, in the shape of all errors. */
export const answerMalformed = ({ code }: ClientError, socket: Socket): void => {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = saidOf[code ?? ''] ?? [400, 'This is no HTTP request that can be read.'];
  const body = JSON.stringify(problemBody(problem('validation', message)));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

const saidOf: Readonly<Record<string, readonly [number, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive; send it faster, or less of it.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are larger than 16 KiB; send fewer, or shorter ones.'],
};
