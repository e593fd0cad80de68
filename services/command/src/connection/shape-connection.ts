import { composeUrl } from '@karrio/actions';
import type { InlineConnection } from '@karrio/contracts';
import {
  authTypes,
  credentialNeeds,
  refusal,
  type ConnectionDefinition,
  type Refusal,
  type SealedSecret,
} from '@karrio/domain';
import { checkTemplate, type RootName } from '@karrio/templates';
import type { Issue } from '../definition/change.ts';
import { pick } from '../definition/pick.ts';
import { sealedAt } from '../definition/sealed-at.ts';
import { layMetafields } from '../metafield/lay-metafields.ts';

type Shaped = Readonly<{ definition: ConnectionDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

/** The input laid over what is (on update) or over the defaults. `path` leads the fields of its errors. */
export const shapeConnection = (
  input: InlineConnection,
  known: ConnectionDefinition | undefined,
  issue: Issue,
  path: string,
): Shaped => {
  const before = known ?? blank(input);
  if (!before) return { refused: lacking(input, path) };
  const owner = `connection ${path}`;
  const laid = layMetafields(before.metafields, input.metafields, issue, { owner, path });
  const metafields = 'metafields' in laid ? laid.metafields : before.metafields;
  const definition: ConnectionDefinition = {
    name: input.name ?? before.name,
    description: pick(input.description, before.description),
    authType: input.authType ?? before.authType,
    host: pick(input.host, before.host),
    port: pick(input.port, before.port),
    endpoint: pick(input.endpoint, before.endpoint),
    templateEngine: input.templateEngine ?? before.templateEngine,
    authTemplate: pick(input.authTemplate, before.authTemplate),
    parametersTemplate: pick(input.parametersTemplate, before.parametersTemplate),
    metafields,
    credentials: credentialsOf(input.credentials, before.credentials, issue.at),
    metadata: input.metadata ?? before.metadata,
    templateSlug: pick(input.templateSlug, before.templateSlug),
  };
  const refused = [...('refused' in laid ? laid.refused : []), ...problemsOf(definition, path)];
  return refused.length > 0 ? { refused } : { definition };
};

/** A new connection before its optional fields; undefined where a required one is missing. */
const blank = ({ name, authType }: InlineConnection): ConnectionDefinition | undefined =>
  name === undefined || authType === undefined
    ? undefined
    : {
        name,
        description: null,
        authType,
        host: null,
        port: null,
        endpoint: null,
        templateEngine: 'handlebars',
        authTemplate: null,
        parametersTemplate: null,
        metafields: [],
        credentials: {},
        metadata: {},
        templateSlug: null,
      };

const lacking = ({ name, authType }: InlineConnection, path: string): readonly Refusal[] => {
  const how = `Say how it authenticates: ${authTypes.join(', ')}.`;
  return [
    ...(name === undefined ? [refusal('invalid', `${path}name`, 'Give the connection a name.')] : []),
    ...(authType === undefined ? [refusal('invalid', `${path}auth_type`, how)] : []),
  ];
};

/** All that are named: null keeps what is there under the key, and a key without anything there comes to nothing. */
const credentialsOf = (
  given: InlineConnection['credentials'],
  known: ConnectionDefinition['credentials'],
  at: string,
): ConnectionDefinition['credentials'] => {
  if (given === undefined) return known;
  const credentials: Record<string, SealedSecret> = {};
  for (const [key, secret] of Object.entries(given)) {
    const before = Object.hasOwn(known, key) ? known[key] : undefined;
    const next = secret === null ? before : sealedAt(secret, before, at);
    if (next) credentials[key] = next;
  }
  return credentials;
};

const roots: readonly RootName[] = ['credentials', 'metadata', 'metafields', 'now'];

const problemsOf = (definition: ConnectionDefinition, path: string): readonly Refusal[] =>
  [
    ...addressProblems(definition),
    ...templateProblems(definition),
    ...credentialNeeds(definition).invalid.map((key) => ({
      field: 'metafields',
      message: choicesOf[key] ?? `The value of ${key} is not one that works.`,
    })),
  ].map(({ field, message }) => refusal('invalid', path + field, message));

type Problem = Readonly<{ field: string; message: string }>;

const addressProblems = (definition: ConnectionDefinition): readonly Problem[] => {
  const { host, endpoint } = definition;
  const composed = host === null ? undefined : composeUrl(definition, []);
  const message = 'This is the path, such as /v1/orders; the scheme and the host belong in host.';
  return [
    ...(composed && 'failed' in composed ? [{ field: 'host', message: composed.failed.message }] : []),
    ...(endpoint !== null && /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint)
      ? [{ field: 'endpoint', message }]
      : []),
  ];
};

const templateProblems = (definition: ConnectionDefinition): readonly Problem[] => {
  const { templateEngine: engine, authType, authTemplate, parametersTemplate } = definition;
  const templates = [
    { field: 'auth_template', source: authTemplate, contentType: authType === 'basic' ? 'text' : 'json' },
    { field: 'parameters_template', source: parametersTemplate, contentType: 'json' },
  ] as const;
  return templates.flatMap(({ field, source, contentType }) => {
    const problem = source?.trim() ? checkTemplate(source, { engine, contentType, roots }) : undefined;
    return problem
      ? [{ field, message: `line ${problem.line}, column ${problem.column}: ${problem.message}` }]
      : [];
  });
};

const choicesOf: Readonly<Record<string, string>> = {
  algorithm: 'The algorithm is HS256, RS256 or ES256.',
  client_auth: 'The client_auth is client_secret_basic or client_secret_post.',
  lifetime_seconds: 'The lifetime is a number of seconds above 0.',
};
