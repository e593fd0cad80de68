import type { Json } from '../json.ts';
import type { AuthType, ConnectionDefinition } from './connection.ts';
import { isSet, parsedValue, type Metafield } from './metafield.ts';

const jwtAlgorithms = ['HS256', 'RS256', 'ES256'] as const;
const clientAuthMethods = ['client_secret_basic', 'client_secret_post'] as const;

type AnyMetafield = Omit<Metafield, 'secret'> & Readonly<{ secret: object | null }>;

/** A connection as everyone may see it: what is secret in it is known by its key alone. */
export type ShownConnection = Pick<ConnectionDefinition, 'authType' | 'authTemplate' | 'host'> &
  Readonly<{
    metafields: readonly AnyMetafield[];
    credentials: Readonly<Record<string, object>>;
  }>;

/** The keys of metafields that are required and have no value. */
export const requiredCredentials = ({ metafields }: Pick<ShownConnection, 'metafields'>): readonly string[] =>
  metafields.flatMap((metafield) => (metafield.isRequired && !isSet(metafield) ? [metafield.key] : []));

/** Which credentials the connection cannot authenticate without and has not, and which can be seen to be wrong. */
export const credentialNeeds = (connection: ShownConnection) => {
  const credentials = credentialsOf(connection);
  const missing = new Set([
    ...requiredCredentials(connection),
    ...needs[connection.authType](connection, credentials),
  ]);
  return { missing: [...missing], invalid: invalidOf(credentials) };
};

type Credentials = Readonly<{
  has: (key: string) => boolean;
  /** Undefined where it is not set or a secret. */
  plain: (key: string) => Json | undefined;
}>;

/** Metafields win over the older credentials of the same key. */
const credentialsOf = ({ metafields, credentials }: ShownConnection): Credentials => {
  const fieldOf = (key: string) => metafields.find((field) => field.key === key && isSet(field));
  return {
    has: (key) => fieldOf(key) !== undefined || Object.hasOwn(credentials, key),
    plain: (key) => {
      const field = fieldOf(key);
      return field && field.secret === null ? parsedValue(field) : undefined;
    },
  };
};

type Need = (connection: ShownConnection, credentials: Credentials) => readonly string[];

const lacking = ({ has }: Credentials, ...keys: readonly string[]) => keys.filter((key) => !has(key));
const hasTemplate = ({ authTemplate }: ShownConnection) => Boolean(authTemplate?.trim());

/** With an auth_template, what a key or a password needs is what the template reads. */
const needs: Readonly<Record<AuthType, Need>> = {
  api_key: (connection, credentials) => (hasTemplate(connection) ? [] : lacking(credentials, 'api_key')),
  basic: (connection, credentials) => (hasTemplate(connection) ? [] : lacking(credentials, 'username')),
  jwt: (_, credentials) => {
    const algorithm = credentials.plain('algorithm');
    // One that is sealed cannot be read here; either key may be the right one.
    if (algorithm === undefined && credentials.has('algorithm')) {
      return credentials.has('private_key') ? [] : lacking(credentials, 'secret');
    }
    return lacking(credentials, (algorithm ?? 'HS256') === 'HS256' ? 'secret' : 'private_key');
  },
  oauth2: ({ host }, credentials) => [
    ...(host ? [] : lacking(credentials, 'token_url')),
    ...lacking(credentials, 'client_id'),
    ...(credentials.has('refresh_token') ? [] : lacking(credentials, 'client_secret')),
  ],
};

const choices: Readonly<Record<string, readonly string[]>> = {
  algorithm: jwtAlgorithms,
  client_auth: clientAuthMethods,
};

const invalidOf = ({ plain }: Credentials): readonly string[] => {
  const unknown = Object.entries(choices).flatMap(([key, known]) => {
    const value = plain(key);
    return value === undefined || known.some((choice) => choice === value) ? [] : [key];
  });
  const lifetime = plain('lifetime_seconds');
  return lifetime === undefined || Number(lifetime) > 0 ? unknown : [...unknown, 'lifetime_seconds'];
};
