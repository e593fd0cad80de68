import { builder, TracingRecordType } from './builder.ts';

const UserType = builder.objectRef<Readonly<{ email: string; full_name: string }>>('UserType').implement({
  description: 'A person of the platform.',
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The address.' }),
    full_name: t.exposeString('full_name', { description: 'The name.' }),
  }),
});

export const addTracingRecord = (): void => {
  builder.objectType(TracingRecordType, {
    description: 'One line of a run’s timeline.',
    fields: (t) => ({
      // The contract's word for it, which its clients know.
      object_type: t.string({ description: 'Always tracking_record.', resolve: () => 'tracking_record' }),
      id: t.exposeString('id', { nullable: true, description: 'Its id: the same fact has the same.' }),
      key: t.exposeString('key', {
        nullable: true,
        description: 'What it tells: action-input, request, response, error or action-output.',
      }),
      timestamp: t.exposeFloat('timestamp', { nullable: true, description: 'When, in Unix seconds.' }),
      test_mode: t.exposeBoolean('test_mode', { nullable: true, description: 'Whether the run was a test.' }),
      created_by: t.field({
        type: UserType,
        nullable: true,
        description: 'Always null: the engine itself writes records.',
        resolve: () => null,
      }),
      created_at: t.expose('created_at', { type: 'DateTime', nullable: true, description: 'When.' }),
      updated_at: t.expose('updated_at', { type: 'DateTime', nullable: true, description: 'When.' }),
      request_id: t.exposeString('request_id', {
        nullable: true,
        description: 'Shared by everything that one request from outside caused.',
      }),
      record: t.expose('record', {
        type: 'JSON',
        nullable: true,
        description: 'What was sent, came back, went wrong or came out, with every secret masked.',
      }),
      meta: t.expose('meta', {
        type: 'JSON',
        nullable: true,
        description: 'Whose it is: workflow_action_slug, workflow_action_id, attempt and more.',
      }),
    }),
  });
};
