import { z } from 'zod';
import { parseEgressAllow } from '../egress/egress-policy.ts';

const ms = z.coerce.number().int().positive();

/** What HTTP actions read from the environment, to be spread into the service's schema. */
export const httpEnv = {
  /** Until a connection stands, name resolution and TLS included. */
  HTTP_CONNECT_TIMEOUT_MS: ms.default(5_000),
  /** For a whole request: connection, redirects and body. */
  HTTP_TIMEOUT_MS: ms.default(30_000),
  /** Of an answer, packed or unpacked. */
  RESPONSE_BYTES_MAX: z.coerce
    .number()
    .int()
    .positive()
    .default(8 * 1024 * 1024),
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
  responseBytesMax: env.RESPONSE_BYTES_MAX,
  egressAllow: env.EGRESS_ALLOW,
});
