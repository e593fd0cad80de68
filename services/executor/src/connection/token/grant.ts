import { composeUrl, pairsOf } from '@karrio/actions';
import type { Json, JsonObject } from '@karrio/domain';

import { renderConnectionJson } from '../auth-template.ts';
import { refusedFor, type OpenConnection, type Refused } from '../authentication.ts';

/** What to ask an authorization server for, and as whom (RFC 6749 §4.4, §6). */
export type Grant = Readonly<{
  tokenUrl: URL;
  clientId: string;
  clientSecret: string | undefined;
  /** How the client says who it is: by HTTP Basic, or in the body. */
  clientAuth: 'client_secret_basic' | 'client_secret_post';
  refreshToken: string | undefined;
  /** Beside grant_type and refresh_token. */
  parameters: readonly (readonly [string, string])[];
}>;

export const grantOf = (connection: OpenConnection): Grant | Refused => {
  const { definition, credentials } = connection;
  const { values } = credentials;
  const tokenUrl = tokenUrlOf(connection);
  if (!tokenUrl) return missing(definition.name, 'token_url', 'the address where tokens are given');
  const clientId = textOf(values['client_id']);
  if (!clientId) return missing(definition.name, 'client_id', 'who asks');
  const clientSecret = textOf(values['client_secret']);
  const refreshToken = textOf(values['refresh_token']);
  if (!clientSecret && !refreshToken) {
    return missing(definition.name, 'client_secret', 'or refresh_token, for a client that has no secret');
  }
  const given = renderConnectionJson(
    definition,
    'parameters_template',
    definition.parametersTemplate,
    credentials,
  );
  if ('failed' in given) return given;
  const clientAuth =
    values['client_auth'] === 'client_secret_post' ? 'client_secret_post' : 'client_secret_basic';
  const parameters = pairsOf({ ...standard(values), ...given.object });
  return { tokenUrl, clientId, clientSecret, clientAuth, refreshToken, parameters };
};

/** The credential token_url, or where the connection itself points. */
const tokenUrlOf = ({ definition, credentials }: OpenConnection): URL | undefined => {
  const given = textOf(credentials.values['token_url']);
  const composed = composeUrl(given ? { host: given, port: null, endpoint: null } : definition, []);
  return 'url' in composed ? composed.url : undefined;
};

const standard = ({ scope, audience }: JsonObject): JsonObject => ({
  ...(scope === undefined ? {} : { scope: Array.isArray(scope) ? scope.join(' ') : scope }),
  ...(audience === undefined ? {} : { audience }),
});

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const missing = (name: string, key: string, what: string) =>
  refusedFor(`Connection ${name} has no credential ${key} (${what}); set it.`);
