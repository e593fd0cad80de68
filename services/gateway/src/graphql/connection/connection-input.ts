import { builder, type BuilderTypes } from '../builder.ts';
import { AutomationAuthType, AutomationTemplateEngine } from '../enum.ts';
import { CreateMetafieldInput, MetafieldInput } from '../workflow/metafield-input.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const connectionFields = (t: Fields) => ({
  port: t.int({ description: 'The port of actions that have none, 1 to 65535.' }),
  host: t.string({
    description: 'Scheme and host of actions that have none, such as https://api.example.com.',
  }),
  endpoint: t.string({ description: 'The path of actions that have none, such as /v1.' }),
  description: t.string({ description: 'What it is for; at most 150 characters.' }),
  credentials: t.field({
    type: 'JSON',
    description:
      'Credentials by key, as an object: an older form of metafields. They are written, never read: null keeps the one of a key, leaving the key out removes it.',
  }),
  auth_template: t.string({
    description:
      'What it adds to an action’s request, as a template over credentials: an object of headers, or user:password.',
  }),
  parameters_template: t.string({
    description: 'What it sends to get a token, or the claims of one, as a template over credentials.',
  }),
  template_engine: t.field({
    type: AutomationTemplateEngine,
    description: 'What its templates are written in; handlebars unless given.',
  }),
  metadata: t.field({ type: 'JSON', description: 'Your own data: an object.' }),
  template_slug: t.string({
    description: 'The template that it is made from: it gives what is left out here.',
  }),
});

const name = { description: 'What people call it; at most 50 characters.' };
const authType = { type: AutomationAuthType, description: 'How it authenticates.' } as const;
const ownMetafields = 'Its credentials, and other typed values.';

export const CreateWorkflowConnectionMutationInput = builder.inputType(
  'CreateWorkflowConnectionMutationInput',
  {
    description: 'A new connection.',
    fields: (t) => ({
      name: t.string({ required: true, ...name }),
      auth_type: t.field({ required: true, ...authType }),
      ...connectionFields(t),
      metafields: t.field({ type: [CreateMetafieldInput], description: ownMetafields }),
    }),
  },
);

export const UpdateWorkflowConnectionMutationInput = builder.inputType(
  'UpdateWorkflowConnectionMutationInput',
  {
    description: 'Changes to a connection; what is left out stays.',
    fields: (t) => ({
      id: t.string({ required: true, description: 'Its id.' }),
      name: t.string(name),
      auth_type: t.field(authType),
      ...connectionFields(t),
      metafields: t.field({ type: [MetafieldInput], description: ownMetafields }),
    }),
  },
);

export const PartialWorkflowConnectionMutationInput = builder.inputType(
  'PartialWorkflowConnectionMutationInput',
  {
    description:
      'The connection within an action’s input: an id alone uses that one, with more it changes it, none makes one.',
    fields: (t) => ({
      id: t.string({ description: 'Its id.' }),
      name: t.string(name),
      auth_type: t.field(authType),
      ...connectionFields(t),
      metafields: t.field({ type: [MetafieldInput], description: ownMetafields }),
    }),
  },
);
