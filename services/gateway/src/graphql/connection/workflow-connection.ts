import { isSet, parsedValue, requiredCredentials, type ShownSecret } from '@karrio/domain';
import type { WorkflowConnectionRow } from '@karrio/read-model';
import { builder, MetafieldType, WorkflowConnectionType, type BuilderTypes } from '../builder.ts';
import { credentialValidation } from './credential-validation.ts';
import { definitionFields } from '../workflow/definition-fields.ts';
import { AutomationAuthType, AutomationTemplateEngine, DefinitionOrderEnum } from '../enum.ts';
import { metafieldNodes } from '../workflow/metafield.ts';
import { pageFields } from '../page.ts';

export const addWorkflowConnection = (): void => {
  builder.objectType(WorkflowConnectionType, {
    description: 'How actions reach another system and authenticate there.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow_connection'),
      name: t.exposeString('name', { description: 'What people call it.' }),
      auth_type: t.expose('auth_type', { type: AutomationAuthType, description: 'How it authenticates.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      ...addressFields(t),
      template_engine: t.expose('template_engine', {
        type: AutomationTemplateEngine,
        description: 'What its templates are written in.',
      }),
      parameters_template: t.exposeString('parameters_template', {
        nullable: true,
        description: 'What it sends to get a token, or the claims of one, as a template over credentials.',
      }),
      auth_template: t.exposeString('auth_template', {
        nullable: true,
        description: 'What it adds to an action’s request, as a template over credentials.',
      }),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      metafields: t.field({
        type: [MetafieldType],
        description: 'Its credentials, and other typed values.',
        resolve: ({ id, metafields }) => metafieldNodes(metafields, 'workflow_connection', id),
      }),
      ...credentialFields(t),
    }),
  });
};

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowConnectionRow>;

const addressFields = (t: Fields) => ({
  port: t.exposeInt('port', { nullable: true, description: 'The port of actions that have none.' }),
  host: t.exposeString('host', { nullable: true, description: 'Scheme and host of actions that have none.' }),
  endpoint: t.exposeString('endpoint', {
    nullable: true,
    description: 'The path of actions that have none.',
  }),
});

const credentialFields = (t: Fields) => ({
  credentials: t.field({
    type: 'JSON',
    nullable: true,
    description:
      'The keys of the older credentials that are set, each with null: they are written, never read.',
    resolve: ({ credentials }) => nullByKey(Object.keys(credentials)),
  }),
  credentials_from_metafields: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The values of its metafields by key; null for a secret.',
    resolve: ({ metafields }) =>
      Object.fromEntries(metafields.map((metafield) => [metafield.key, parsedValue(metafield)])),
  }),
  secrets: t.field({
    type: [SecretType],
    description: 'Which secrets are set, in metafields and in the older credentials.',
    resolve: secretsOf,
  }),
  required_credentials: t.field({
    type: ['String'],
    description: 'The keys of metafields that are required and not set.',
    resolve: requiredCredentials,
  }),
  is_credentials_complete: t.boolean({
    description: 'Whether no required metafield is missing.',
    resolve: (connection) => requiredCredentials(connection).length === 0,
  }),
  credential_validation: t.field({
    type: 'JSON',
    description:
      'missing_credentials: what authentication needs and has not; invalid_credentials: what cannot work.',
    resolve: credentialValidation,
  }),
});

type ShownKey = Readonly<{ key: string }> & ShownSecret;

const SecretType = builder.objectRef<ShownKey>('SecretType').implement({
  description: 'What may be known of a secret that is set.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Its key.' }),
    fingerprint: t.exposeString('fingerprint', {
      description: 'The same for the same secret; it tells nothing else of it.',
    }),
    changed_at: t.expose('changedAt', { type: 'DateTime', description: 'Since when it is this one.' }),
  }),
});

/** Metafields win over the older credentials of the same key. */
const secretsOf = ({ metafields, credentials }: WorkflowConnectionRow): readonly ShownKey[] => {
  const ofMetafields = metafields.flatMap(({ key, secret }) => (secret ? [{ key, ...secret }] : []));
  const covered = new Set(metafields.filter(isSet).map(({ key }) => key));
  const others = Object.entries(credentials).filter(([key]) => !covered.has(key));
  return [...ofMetafields, ...others.map(([key, secret]) => ({ key, ...secret }))];
};

const nullByKey = (keys: readonly string[]) =>
  keys.length === 0 ? null : Object.fromEntries(keys.map((key) => [key, null]));

export const WorkflowConnectionFilter = builder.inputType('WorkflowConnectionFilter', {
  description: 'Which connections, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    order_by: t.field({ type: DefinitionOrderEnum, description: 'In which order; newest unless given.' }),
    keyword: t.string({ description: 'A part of the name, the slug or the description, or the id.' }),
    auth_type: t.field({ type: AutomationAuthType, description: 'Those that authenticate like this.' }),
  }),
});
