import type { IncomingHttpHeaders } from 'node:http2';
import { isPublic, isWrite } from '../grpc/methods.ts';
import type { Call } from '../grpc/call.ts';
import type { Method, RequestHandler } from '../grpc/method.ts';
import { statusCode, type Status } from '../grpc/status.ts';
import { accessDeniedStatus } from '../grpc/write-errors.ts';
import { denyBatchAppend } from './deny-batch-append.ts';
import type { SignIn, Verdict } from './sign-in.ts';

/** The methods as one caller has them, by the path of the call. */
export type MethodsOfCaller = (path: string) => Method | undefined;
export type MethodsFor = (headers: IncomingHttpHeaders) => MethodsOfCaller | Promise<MethodsOfCaller>;

type Methods = ReadonlyMap<string, Method>;

export const openToAll = (methods: Methods): MethodsFor => {
  const find = (path: string) => methods.get(path);
  return () => find;
};

/** Who is not known may ask for the features and the cluster alone, as clients do before they sign in. */
export const openToUsers = (methods: Methods, { verdictOf }: SignIn): MethodsFor => {
  const find: Readonly<Record<Verdict, MethodsOfCaller>> = {
    write: (path) => methods.get(path),
    read: (path) => (methods.has(path) && isWrite(path) ? denial(path) : methods.get(path)),
    unknown: (path) => (isPublic(path) ? methods.get(path) : endWith(unknownStatus)),
    busy: (path) => (isPublic(path) ? methods.get(path) : endWith(busyStatus)),
  };
  return ({ authorization }) => {
    if (authorization === undefined) return find.unknown;
    const verdict = verdictOf(authorization);
    return typeof verdict === 'string' ? find[verdict] : verdict.then((later) => find[later]);
  };
};

const unknownStatus: Status = {
  code: statusCode.unauthenticated,
  message: 'user or password is missing or wrong: connect with esdb://user:password@host',
};

const busyStatus: Status = {
  code: statusCode.unavailable,
  message: 'too many passwords wait to be verified: call again',
};

const denial = (path: string): Method =>
  path.endsWith('/BatchAppend') ? denyBatchAppend : endWith(accessDeniedStatus);

const nothing: RequestHandler = { message: () => undefined };

const endWith = (status: Status): Method => {
  return (call: Call) => {
    call.end(status);
    return nothing;
  };
};
