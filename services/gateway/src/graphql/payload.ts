import type { FieldErrors } from '@karrio/contracts';
import { builder, ErrorType, type BuilderTypes } from './builder.ts';
import type { Changed } from './change.ts';

type Payload<Row> = Readonly<{ errors: FieldErrors | null; entity: Row | null }>;
type RefOf<Row> = ReturnType<typeof builder.objectRef<Row>>;

type Refusable = Readonly<{ errors: FieldErrors | null }>;

/** Of every mutation's answer. */
export const errorsField = <Answer extends Refusable>(
  t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Answer>,
  description = 'What was wrong with the input, by field; null where it took effect.',
) => t.field({ type: [ErrorType], nullable: true, description, resolve: ({ errors }: Refusable) => errors });

/** A mutation's answer: the entity, or what was wrong. */
export const payloadType = <Row>(name: string, field: string, entity: RefOf<Row>) =>
  builder.objectRef<Payload<Row>>(name).implement({
    description: `The ${field}, or what was wrong with the input.`,
    fields: (t) => ({
      errors: errorsField(t),
      [field]: t.field({
        type: entity,
        nullable: true,
        description: 'As it is after the change; null where there were errors.',
        // oxlint-disable-next-line typescript/consistent-type-assertions -- Pothos cannot see that a row of a type parameter is no list
        resolve: (parent) => parent.entity as never,
      }),
    }),
  });

type ShownOnce<Row> = Payload<Row> & Readonly<{ text: string | null }>;

/** A mutation's answer that also holds a text for who asked alone, this once. */
export const shownOnceType = <Row>(
  name: string,
  [field, entity]: readonly [string, RefOf<Row>],
  [textField, description]: readonly [string, string],
) =>
  builder.objectRef<ShownOnce<Row>>(name).implement({
    description: `The ${field}, or what was wrong with the input.`,
    fields: (t) => ({
      errors: errorsField(t),
      [field]: t.field({
        type: entity,
        nullable: true,
        description: 'As it is listed; null where there were errors.',
        // oxlint-disable-next-line typescript/consistent-type-assertions -- Pothos cannot see that a row of a type parameter is no list
        resolve: (parent) => parent.entity as never,
      }),
      [textField]: t.string({ nullable: true, description, resolve: ({ text }) => text }),
    }),
  });

/** The answer where nothing is to be shown. */
export const withErrors = (errors: FieldErrors) => ({ errors, entity: null, text: null });

/** What is wrong with a request that repeats one which was shown the text. */
export const shownBefore = (remedy: string): FieldErrors => [
  {
    field: 'id',
    messages: [
      `An earlier request with this Idempotency-Key was shown the text, this once; if it was lost, ${remedy}.`,
    ],
  },
];

/** The answer to what was done, with the entity as the read models now show it. */
export const payloadOf = async <Row>(
  changed: Changed,
  read: (id: string) => Promise<Row | undefined>,
): Promise<Payload<Row>> =>
  'errors' in changed
    ? { errors: changed.errors, entity: null }
    : { errors: null, entity: (await read(changed.id)) ?? null };

/** Of a mutation that takes something away. */
export const deletionType = (name: string) =>
  builder.objectRef<Refusable & Readonly<{ id: string }>>(name).implement({
    description: 'What was deleted, or why not.',
    fields: (t) => ({
      errors: errorsField(t),
      id: t.exposeString('id', { description: 'The id that was asked for.' }),
    }),
  });
export const DeleteMutation = deletionType('DeleteMutation');

export const deletedOf = (changed: Changed, id: string) => ({
  errors: 'errors' in changed ? changed.errors : null,
  id,
});

export const addErrorType = (): void => {
  builder.objectType(ErrorType, {
    description: 'What is wrong with a field of the input.',
    fields: (t) => ({
      field: t.exposeString('field', { description: 'The field’s path, such as actions[0].name.' }),
      messages: t.field({
        type: ['String'],
        description: 'What is wrong, and what to do about it.',
        resolve: ({ messages }) => messages,
      }),
      code: t.string({
        description: 'The kind of fault, such as validation, not_found or conflict.',
        resolve: ({ code }) => code ?? 'validation',
      }),
    }),
  });
};
