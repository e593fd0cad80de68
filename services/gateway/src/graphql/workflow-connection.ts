import { builder, type BuilderTypes } from './builder.ts';
import { MetafieldType } from './metafield.ts';

type WorkflowConnection = Readonly<{
  id: string;
  name: string;
  slug: string;
  auth_type: (typeof authTypes)[number];
  port: number | null;
  host: string | null;
  endpoint: string | null;
  description: string | null;
  parameters_template: string | null;
  auth_template: string | null;
  template_slug: string | null;
  created_at: string;
  updated_at: string;
  metadata: unknown;
  required_credentials: readonly string[];
  credential_validation: unknown;
}>;

const authTypes = ['basic', 'oauth2', 'api_key', 'jwt'] as const;

const AutomationAuthType = builder.enumType('AutomationAuthType', {
  description: 'How a connection authenticates.',
  values: {
    basic: { description: 'A user name and a password.' },
    oauth2: { description: 'A token that an authorization server gives.' },
    api_key: { description: 'A fixed key.' },
    jwt: { description: 'A token that a login gives.' },
  },
});

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowConnection>;

const credentialFields = (t: Fields) => ({
  credentials: t.field({
    type: 'JSON',
    nullable: true,
    description: 'Always null: credentials are written, never read.',
    resolve: () => null,
  }),
  credentials_from_metafields: t.field({
    type: 'JSON',
    nullable: true,
    description: 'Always null: credentials are written, never read.',
    resolve: () => null,
  }),
  required_credentials: t.field({
    type: ['String'],
    description: 'The keys of credentials that are required and not set.',
    resolve: ({ required_credentials }) => required_credentials,
  }),
  is_credentials_complete: t.boolean({
    description: 'Whether no required credential is missing.',
    resolve: ({ required_credentials }) => required_credentials.length === 0,
  }),
  credential_validation: t.expose('credential_validation', {
    type: 'JSON',
    description: 'Which credentials are missing or invalid.',
  }),
});

/** The contract's clients select it on actions; none exists until connections can be written. */
export const WorkflowConnectionType = builder
  .objectRef<WorkflowConnection>('WorkflowConnectionType')
  .implement({
    description: 'How actions reach another system and authenticate there.',
    fields: (t) => ({
      object_type: t.string({
        description: 'Always workflow_connection.',
        resolve: () => 'workflow_connection',
      }),
      id: t.exposeString('id', { description: 'Its id, for ever.' }),
      name: t.exposeString('name', { description: 'What people call it.' }),
      slug: t.exposeString('slug', { description: 'Its name as other definitions say it.' }),
      auth_type: t.expose('auth_type', { type: AutomationAuthType, description: 'How it authenticates.' }),
      port: t.exposeInt('port', { nullable: true, description: 'The port, unless the host has one.' }),
      host: t.exposeString('host', { nullable: true, description: 'Scheme and host.' }),
      endpoint: t.exposeString('endpoint', { nullable: true, description: 'The path.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      parameters_template: t.exposeString('parameters_template', {
        nullable: true,
        description: 'What it sends to authenticate, as a template.',
      }),
      auth_template: t.exposeString('auth_template', {
        nullable: true,
        description: 'What it adds to an action’s request, as a template.',
      }),
      template_slug: t.exposeString('template_slug', {
        nullable: true,
        description: 'The template that it was made from.',
      }),
      created_at: t.expose('created_at', { type: 'DateTime', description: 'When it was made.' }),
      updated_at: t.expose('updated_at', { type: 'DateTime', description: 'When it last changed.' }),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      metafields: t.field({ type: [MetafieldType], description: 'Its typed values.', resolve: () => [] }),
      ...credentialFields(t),
    }),
  });
