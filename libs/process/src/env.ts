import { z } from 'zod';

export type Env = Readonly<Record<string, string | undefined>>;

/** A TCP port; 0 lets the system choose one. */
export const portEnv = (otherwise: number) => z.coerce.number().int().min(0).max(65_535).default(otherwise);

/** What every service reads from its environment, to be spread into its schema. */
export const opsEnv = {
  /** Where /healthz, /readyz and /metrics are; not meant for the outside. */
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: portEnv(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SHUTDOWN_GRACE_MS: z.coerce.number().int().positive().default(10_000),
};

type OpsEnv = Readonly<{ [K in keyof typeof opsEnv]: z.infer<(typeof opsEnv)[K]> }>;

/** The same as a service's config names it. */
export const opsConfig = (env: OpsEnv) => ({
  opsHost: env.OPS_HOST,
  opsPort: env.OPS_PORT,
  logLevel: env.LOG_LEVEL,
  shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
});

/**
 * A variable set to nothing counts as missing, which is how compose files pass on an unset one.
 * @throws Error that names every variable that is missing or malformed; it never quotes a value.
 */
export const parseEnv = <T>(schema: z.ZodType<T>, env: Env): T => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    `These environment variables are missing or malformed; set them and start again.\n${z.prettifyError(parsed.error)}`,
  );
};
