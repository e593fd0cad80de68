import { JsonValue } from '@karrio/contracts';
import { canonicalJson, type ConnectionDefinition, type Json, type SealedSecret } from '@karrio/domain';
import { createHash } from 'node:crypto';

/** A connection's credentials in the clear: they live as long as one request is made. */
export type Credentials = Readonly<{
  values: Readonly<Record<string, Json>>;
  /** What may not be recorded. */
  secrets: readonly string[];
}>;

/** @throws VaultError when a secret cannot be opened. */
export type OpenSecret = (sealed: string) => Promise<string>;

/** Metafields win over the older credentials of the same key. */
export const openCredentials = async (
  { credentials, metafields }: Pick<ConnectionDefinition, 'credentials' | 'metafields'>,
  open: OpenSecret,
): Promise<Credentials> => {
  const values: Record<string, Json> = {};
  const secrets: string[] = [];
  const reveal = async (key: string, { sealed }: SealedSecret, isJson: boolean) => {
    const plain = await open(sealed);
    secrets.push(plain);
    values[key] = isJson ? parsed(plain) : plain;
  };
  for (const [key, secret] of Object.entries(credentials)) await reveal(key, secret, false);
  for (const { key, type, value, secret } of metafields) {
    if (secret) await reveal(key, secret, type !== 'text' && type !== 'password');
    else if (value !== null) values[key] = value;
  }
  return { values, secrets };
};

/** A number or a JSON document that was sealed is its JSON text. */
const parsed = (plain: string): Json => {
  try {
    return JsonValue.parse(JSON.parse(plain));
  } catch {
    return plain;
  }
};

/** The same as long as no credential changes; a secret that is sealed anew is the same secret. */
export const credentialsKeyOf = (definition: ConnectionDefinition): string => {
  const { authType, parametersTemplate, credentials, metafields, host, port, endpoint } = definition;
  const identity = {
    authType,
    parametersTemplate,
    host,
    port,
    endpoint,
    credentials: Object.entries(credentials).map(([key, { changedAt }]) => [key, changedAt]),
    metafields: metafields.map(({ key, value, secret }) => [key, secret ? secret.changedAt : value]),
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 32);
};
