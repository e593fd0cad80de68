import { randomUUID } from 'node:crypto';

/** What the contract allows in `X-Request-ID`; anything else is replaced, since it ends up in logs and traces. */
const allowed = /^[A-Za-z0-9_.-]{1,200}$/;

export const requestIdOf = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' && allowed.test(header) ? header : `req_${randomUUID().replaceAll('-', '')}`;
