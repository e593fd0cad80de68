import { builder } from './builder.ts';

type Metafield = Readonly<{
  id: string;
  key: string;
  is_required: boolean;
  type: (typeof metafieldTypes)[number];
  value: unknown;
  object_id: string | null;
  object_type: string;
  parsed_value: unknown;
}>;

const metafieldTypes = ['text', 'number', 'boolean', 'json', 'date', 'date_time', 'password'] as const;

const MetafieldTypeEnum = builder.enumType('MetafieldTypeEnum', {
  description: 'What a metafield’s value is.',
  values: {
    text: { description: 'Text.' },
    number: { description: 'A number.' },
    boolean: { description: 'True or false.' },
    json: { description: 'Any JSON value.' },
    date: { description: 'A day, as YYYY-MM-DD.' },
    date_time: { description: 'An instant, as ISO 8601 text.' },
    password: { description: 'A secret: written, never read.' },
  },
});

/** The contract's clients select it on actions; none exists until metafields can be written. */
export const MetafieldType = builder.objectRef<Metafield>('MetafieldType').implement({
  description: 'A typed value under a key, attached to an object.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id.' }),
    key: t.exposeString('key', { description: 'Its name, unique on its object.' }),
    is_required: t.exposeBoolean('is_required', { description: 'Whether its object needs a value here.' }),
    type: t.expose('type', { type: MetafieldTypeEnum, description: 'What its value is.' }),
    value: t.expose('value', { type: 'JSON', nullable: true, description: 'Its value.' }),
    object_id: t.exposeString('object_id', {
      nullable: true,
      description: 'The object that it is attached to.',
    }),
    object_type: t.exposeString('object_type', { description: 'What kind of object that is.' }),
    parsed_value: t.expose('parsed_value', {
      type: 'JSON',
      nullable: true,
      description: 'Its value by its type.',
    }),
  }),
});
