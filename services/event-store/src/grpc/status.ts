export const statusCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** How a call ends. Trailers are what the official client makes its error classes from. */
export type Status = Readonly<{
  code: number;
  message?: string;
  trailers?: Readonly<Record<string, string>>;
}>;

export const ok: Status = { code: statusCode.ok };

export const statusHeaders = ({ code, message, trailers }: Status) => ({
  'grpc-status': String(code),
  ...(message === undefined ? {} : { 'grpc-message': percentEncoded(message) }),
  ...trailers,
});

/** gRPC encodes what is not printable ASCII, and the percent sign. */
const percentEncoded = (text: string) =>
  text.toWellFormed().replace(/[^\x20-\x24\x26-\x7e]+/g, encodeURIComponent);

/** A header can not carry what is not ASCII; the client shows the name it sent itself. */
export const asciiName = (name: string) => name.replace(/[^\x20-\x7e]/g, '?');
