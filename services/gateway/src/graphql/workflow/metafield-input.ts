import { builder, type BuilderTypes } from '../builder.ts';
import { MetafieldTypeEnum } from '../enum.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const optionalFields = (t: Fields) => ({
  value: t.field({
    type: 'JSON',
    description: 'Its value. A secret is written, never read: null keeps it, an empty text removes it.',
  }),
  is_required: t.boolean({ description: 'Whether its object needs a value here; false unless given.' }),
  object_type: t.string({
    description:
      'What it is attached to: workflow_action or workflow_connection. Known, within such an object’s input.',
  }),
  object_id: t.string({ description: 'Which object. Known, within an object’s input.' }),
});

const requiredFields = (t: Fields) => ({
  key: t.string({ required: true, description: 'Its name, unique on its object; at most 50 characters.' }),
  type: t.field({ type: MetafieldTypeEnum, required: true, description: 'What its value is.' }),
});

export const CreateMetafieldInput = builder.inputType('CreateMetafieldInput', {
  description: 'A new metafield.',
  fields: (t) => ({ ...requiredFields(t), ...optionalFields(t) }),
});

export const MetafieldInput = builder.inputType('MetafieldInput', {
  description:
    'A metafield of an object: one that is there, by its id or its key, is changed, any other is made.',
  fields: (t) => ({
    ...requiredFields(t),
    ...optionalFields(t),
    id: t.string({ description: 'Of one that is there: its id.' }),
  }),
});

export const UpdateMetafieldInput = builder.inputType('UpdateMetafieldInput', {
  description: 'Changes to a metafield; what is left out stays.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Its id.' }),
    key: t.string({ description: 'Its name, unique on its object; at most 50 characters.' }),
    type: t.field({ type: MetafieldTypeEnum, description: 'What its value is.' }),
    ...optionalFields(t),
  }),
});
