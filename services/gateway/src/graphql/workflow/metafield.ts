import {
  isSet,
  parsedValue,
  type Json,
  type MetafieldType as TypeName,
  type ShownMetafield,
  type ShownSecret,
} from '@karrio/domain';
import { builder, MetafieldType, type BuilderTypes } from '../builder.ts';
import { MetafieldTypeEnum } from '../enum.ts';
import { pageFields } from '../page.ts';

/** A metafield as it is shown, wherever it is attached. */
export type MetafieldNode = Readonly<{
  id: string;
  key: string;
  type: TypeName;
  is_required: boolean;
  value: Json;
  secret: ShownSecret | null;
  object_type: string;
  object_id: string | null;
}>;

/** An object's own. */
export const metafieldNodes = (
  metafields: readonly ShownMetafield[],
  object_type: string,
  object_id: string,
): readonly MetafieldNode[] =>
  metafields.map(({ isRequired: is_required, ...shown }) => ({
    ...shown,
    is_required,
    object_type,
    object_id,
  }));

export const addMetafield = (): void => {
  builder.objectType(MetafieldType, {
    description: 'A typed value under a key, attached to an object or to nothing.',
    fields: (t) => ({
      id: t.exposeString('id', { description: 'Its id.' }),
      key: t.exposeString('key', { description: 'Its name, unique on its object.' }),
      is_required: t.exposeBoolean('is_required', { description: 'Whether its object needs a value here.' }),
      type: t.expose('type', { type: MetafieldTypeEnum, description: 'What its value is.' }),
      value: t.expose('value', {
        type: 'JSON',
        nullable: true,
        description: 'Its value; null where it is not set, and of a secret, which is written and never read.',
      }),
      object_id: t.exposeString('object_id', {
        nullable: true,
        description: 'The object that it is attached to.',
      }),
      object_type: t.exposeString('object_type', {
        description:
          'What that is: workflow_action, workflow_connection, or metafield where it is attached to nothing.',
      }),
      parsed_value: t.field({
        type: 'JSON',
        nullable: true,
        description: 'Its value by its type: JSON that was written as a text is what the text says.',
        resolve: parsedValue,
      }),
      ...secretFields(t),
    }),
  });
};

const secretFields = (t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, MetafieldNode>) => ({
  is_set: t.boolean({ description: 'Whether it has a value, be it a secret.', resolve: isSet }),
  fingerprint: t.string({
    nullable: true,
    description: 'Of a secret: the same for the same secret; it tells nothing else of it.',
    resolve: ({ secret }) => secret?.fingerprint ?? null,
  }),
  changed_at: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'Of a secret: since when it is this one.',
    resolve: ({ secret }) => secret?.changedAt ?? null,
  }),
});

export const MetafieldFilter = builder.inputType('MetafieldFilter', {
  description: 'Which metafields, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    key: t.string({ description: 'A part of the key.' }),
    type: t.field({ type: MetafieldTypeEnum, description: 'Those of this type.' }),
    is_required: t.boolean({ description: 'Those that their object needs, or those that it does not.' }),
    object_type: t.string({ description: 'Those of such objects; metafield for those of none.' }),
    object_id: t.string({ description: 'Those of this object.' }),
  }),
});
