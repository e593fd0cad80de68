import { credentialNeeds, isSet } from '@karrio/domain';
import type { WorkflowConnectionRow } from '@karrio/read-model';
import { compileTemplate, readsOf } from '@karrio/templates';

/** Given by the authentication itself once it has a token. */
const givenByToken: ReadonlySet<string> = new Set(['token', 'access_token']);

/** What a connection needs to authenticate: by how it does, and by what its templates read. */
export const credentialValidation = (connection: WorkflowConnectionRow) => {
  const { missing, invalid } = credentialNeeds({
    ...connection,
    authType: connection.auth_type,
    authTemplate: connection.auth_template,
  });
  const unset = credentialsRead(connection).filter((key) => !isThere(connection, key));
  return { missing_credentials: [...new Set([...missing, ...unset])], invalid_credentials: invalid };
};

const isThere = ({ metafields, credentials }: WorkflowConnectionRow, key: string): boolean =>
  Object.hasOwn(credentials, key) ||
  metafields.some((metafield) => metafield.key === key && isSet(metafield));

const credentialsRead = (connection: WorkflowConnectionRow): readonly string[] => {
  const { auth_type, auth_template, parameters_template, template_engine: engine } = connection;
  const hasToken = auth_type === 'jwt' || auth_type === 'oauth2';
  const contentType = auth_type === 'basic' ? 'text' : 'json';
  return [
    ...readIn(auth_template, { engine, contentType }).filter((key) => !hasToken || !givenByToken.has(key)),
    ...readIn(parameters_template, { engine, contentType: 'json' }),
  ];
};

const readIn = (
  source: string | null,
  language: Parameters<typeof compileTemplate>[1],
): readonly string[] => {
  const compiled = source?.trim() ? compileTemplate(source, language) : undefined;
  if (!compiled || 'problem' in compiled) return [];
  return readsOf(compiled.template).flatMap(([root, key]) => (root === 'credentials' && key ? [key] : []));
};
