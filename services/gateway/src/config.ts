import { opsConfig, opsEnv, parseEnv, portEnv, type Env as ProcessEnv } from '@karrio/process';
import { loadMasterKeys, masterKeyEnv } from '@karrio/vault';
import { z } from 'zod';

const Env = z.object({
  ...opsEnv,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: portEnv(8080),
  /** Addresses and networks whose X-Forwarded-For is believed, as 10.0.0.0/8,loopback; none unless given. */
  HTTP_TRUSTED_PROXIES: z.string().default(''),
  /** How long a person stays signed in. */
  SESSION_HOURS: z.coerce.number().int().min(1).max(2_160).default(168),
  /** Where browsers reach the gateway; with https the session's cookie is for TLS alone. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The company's provider of sign-in, as OpenID Connect names it; with it, the two after it and PUBLIC_URL. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  /** Asked for the organisations' data keys alone. */
  EVENTSTORE_URL: z.string().default('esdb://127.0.0.1:2113?tls=false'),
  DATABASE_URL: z.string(),
  DATABASE_POOL_MAX: z.coerce.number().int().min(1).default(10),
  ...masterKeyEnv,
  /** With its envelope a command has to stay below what NATS and an append to the log take, 1 MiB each. */
  BODY_BYTES_MAX: z.coerce.number().int().min(1_024).default(786_432),
  /** Origins of web pages that may call, as https://app.example.com,…; none unless given. */
  CORS_ORIGINS: z.string().default(''),
  /** Of one API key or session, over all gateways; 0: as many as it sends. Deliveries have their trigger's limit. */
  REQUESTS_PER_S_MAX: z.coerce.number().int().min(0).default(1_000),
  /** Who may read the schema: everybody, whoever has a key, or nobody. */
  INTROSPECTION: z.enum(['open', 'key', 'off']).default('open'),
  /** A JSON object of GraphQL documents by their SHA-256 in hex; empty: none are known. */
  PERSISTED_OPERATIONS_FILE: z.string().default(''),
  /** Takes no other documents than those of the file. */
  PERSISTED_OPERATIONS_ONLY: z.stringbool().default(false),
  /** Subscriptions that are open at once on this process, in all and for one API key or session. */
  SUBSCRIPTIONS_MAX: z.coerce.number().int().min(1).default(20_000),
  SUBSCRIPTIONS_PER_KEY_MAX: z.coerce.number().int().min(1).default(1_000),
  /** How long one GraphQL or REST operation may take; subscriptions have no end. */
  OPERATION_TIMEOUT_MS: z.coerce.number().int().min(100).max(300_000).default(30_000),
  COMMAND_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(10_000),
});

export const loadConfig = (env: ProcessEnv) => {
  const parsed = parseEnv(Env, env);
  return {
    ...opsConfig(parsed),
    httpHost: parsed.HTTP_HOST,
    httpPort: parsed.HTTP_PORT,
    trustedProxies: parsed.HTTP_TRUSTED_PROXIES,
    sessionMs: parsed.SESSION_HOURS * 3_600_000,
    publicUrl: parsed.PUBLIC_URL,
    oidc: oidcOf(parsed),
    natsUrl: parsed.NATS_URL,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    databaseUrl: parsed.DATABASE_URL,
    databasePoolMax: parsed.DATABASE_POOL_MAX,
    masterKeys: loadMasterKeys(parsed),
    bodyBytesMax: parsed.BODY_BYTES_MAX,
    corsOrigins: parsed.CORS_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
    requestsPerSecondMax: parsed.REQUESTS_PER_S_MAX,
    introspection: parsed.INTROSPECTION,
    persistedOperationsFile: parsed.PERSISTED_OPERATIONS_FILE,
    onlyPersistedOperations: parsed.PERSISTED_OPERATIONS_ONLY,
    subscriptionsMax: parsed.SUBSCRIPTIONS_MAX,
    subscriptionsPerKeyMax: parsed.SUBSCRIPTIONS_PER_KEY_MAX,
    operationTimeoutMs: parsed.OPERATION_TIMEOUT_MS,
    commandTimeoutMs: parsed.COMMAND_TIMEOUT_MS,
  };
};
export type Config = ReturnType<typeof loadConfig>;

/** @throws Error where some of its settings are missing */
const oidcOf = ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  PUBLIC_URL: publicUrl,
}: z.infer<typeof Env>) => {
  if (!issuer && !clientId && !clientSecret) return undefined;
  if (issuer && clientId && clientSecret && publicUrl) return { issuer, clientId, clientSecret };
  throw new Error(
    'Sign-in by OIDC needs OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and PUBLIC_URL; set all four.',
  );
};
