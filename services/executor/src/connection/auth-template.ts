import { isObject, pairsOf, rendered } from '@karrio/actions';
import { isSecretName, type ConnectionDefinition, type Json, type JsonObject } from '@karrio/domain';
import { renderJson, renderText } from '@karrio/templates';
import { refusedFor, type Authenticated, type Authentication, type Refused } from './authentication.ts';
import type { Credentials } from './credentials.ts';

type Templates = Pick<ConnectionDefinition, 'name' | 'authTemplate' | 'templateEngine' | 'metadata'>;

const contextOf = ({ metadata }: Pick<Templates, 'metadata'>, { values }: Credentials): JsonObject => ({
  credentials: values,
  metadata,
  metafields: values,
});

/** The object that a template of the connection renders; empty where it has none. */
export const renderConnectionJson = (
  connection: Templates,
  field: 'auth_template' | 'parameters_template',
  source: string | null,
  credentials: Credentials,
): { readonly object: JsonObject } | Refused => {
  if (!source?.trim()) return { object: {} };
  const { templateEngine: engine } = connection;
  const outcome = rendered({ source, contentType: 'json', engine }, field, (template) =>
    renderJson(template, contextOf(connection, credentials)),
  );
  // What it rendered has the secrets in it, so neither its text nor an excerpt may go into a message.
  if ('failed' in outcome) return unusable(`The ${field} of connection ${connection.name} did not render.`);
  if (isObject(outcome.value)) return { object: outcome.value };
  return unusable(`The ${field} of connection ${connection.name} must render a JSON object.`);
};

/** As `renderConnectionJson`, for a template that renders a text such as `user:password`. */
export const renderConnectionText = (connection: Templates, credentials: Credentials): string | undefined => {
  const { authTemplate: source, templateEngine: engine } = connection;
  if (!source?.trim()) return undefined;
  const outcome = rendered({ source, contentType: 'text', engine }, 'auth_template', (template) =>
    renderText(template, contextOf(connection, credentials)),
  );
  return 'failed' in outcome ? undefined : outcome.value.trim();
};

const unusable = (message: string): Refused =>
  refusedFor(`${message} Try it with the credentials that are set, and save it again.`);

/**
 * `{"Authorization": "Bearer …"}` is headers; `{"headers": {…}, "query": {…}}` says which goes where.
 */
export const toAuthentication = (sent: JsonObject, credentials: Credentials): Authenticated => {
  const { headers = {}, query = {} } = isSplit(sent) ? sent : { headers: sent };
  if (!isObject(headers) || !isObject(query)) {
    return refusedFor('The auth_template must render headers and query as objects of texts.');
  }
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null) texts[name.toLowerCase()] = textOf(value);
  }
  const pairs = pairsOf(query);
  const isSecret = ([name, value]: readonly [string, string]) =>
    isSecretName(name) || credentials.secrets.some((secret) => value.includes(secret));
  const sentSecrets = [...Object.entries(texts), ...pairs].filter(isSecret).map(([, value]) => value);
  const authentication: Authentication = {
    context: credentials.values,
    headers: texts,
    query: pairs,
    secrets: [...credentials.secrets, ...sentSecrets],
  };
  return { authentication };
};

const isSplit = (sent: JsonObject): boolean => {
  const names = Object.keys(sent);
  return (
    names.length > 0 &&
    names.every((name) => (name === 'headers' || name === 'query') && isObject(sent[name]))
  );
};

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
