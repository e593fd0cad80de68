import { z } from 'zod';
import { parseEgressAllow } from './egress-policy.ts';

const ms = z.coerce.number().int().positive();
const bytes = z.coerce.number().int().positive();

/** What HTTP actions read from the environment, to be spread into the service's schema. */
export const httpEnv = {
  /** Until a connection stands, name resolution and TLS included. */
  HTTP_CONNECT_TIMEOUT_MS: ms.default(5_000),
  /** For a whole request: connection, redirects and body. */
  HTTP_TIMEOUT_MS: ms.default(30_000),
  REQUEST_BYTES_MAX: bytes.default(4 * 1024 * 1024),
  /** Of an answer, packed or unpacked. */
  RESPONSE_BYTES_MAX: bytes.default(8 * 1024 * 1024),
  /** Failures of a host in a row after which it is given a rest, and for how long. */
  CIRCUIT_FAILURES_MAX: z.coerce.number().int().positive().default(5),
  CIRCUIT_OPEN_MS: ms.default(60_000),
  /** Hosts, host:port, addresses and CIDR blocks that may be private; separated by commas or spaces. */
  EGRESS_ALLOW: z
    .string()
    .default('')
    .transform((text, context) => {
      const parsed = parseEgressAllow(text);
      if ('rules' in parsed) return parsed.rules;
      context.addIssue({ code: 'custom', message: parsed.problem });
      return z.NEVER;
    }),
};

type HttpEnv = Readonly<{ [K in keyof typeof httpEnv]: z.infer<(typeof httpEnv)[K]> }>;

export const httpConfig = (env: HttpEnv) => ({
  connectTimeoutMs: env.HTTP_CONNECT_TIMEOUT_MS,
  timeoutMs: env.HTTP_TIMEOUT_MS,
  requestBytesMax: env.REQUEST_BYTES_MAX,
  responseBytesMax: env.RESPONSE_BYTES_MAX,
  circuit: { failuresMax: env.CIRCUIT_FAILURES_MAX, openMs: env.CIRCUIT_OPEN_MS },
  egressAllow: env.EGRESS_ALLOW,
});
