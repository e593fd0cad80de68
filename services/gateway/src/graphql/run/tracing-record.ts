import { findRecord, listRecords } from '@karrio/read-model';
import { builder, TracingRecordType } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageFields, pageOf } from '../page.ts';

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
        description:
          'What it tells: action-input, request, response, error, action-output, or what was done to the run.',
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

const TracingRecordFilter = builder.inputType('TracingRecordFilter', {
  description: 'Which records, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    key: t.string({ description: 'Those that tell this, such as error.' }),
    keyword: t.string({ description: 'A part of what they say, such as an address or an id.' }),
    request_id: t.string({ description: 'Those that the request of this X-Request-ID caused.' }),
    request_log_id: t.int({
      description: 'Those of a numbered log of requests. There is none here, so none match: see request_id.',
    }),
    date_after: t.field({ type: 'DateTime', description: 'Those of then or later.' }),
    date_before: t.field({ type: 'DateTime', description: 'Those of before.' }),
  }),
});

const TracingRecordTypeConnection = connectionType('TracingRecordType', TracingRecordType);

export const addTracingRecordQueries = (): void => {
  builder.queryFields((t) => ({
    tracing_record: t.field({
      permission: 'runs:read',
      type: TracingRecordType,
      nullable: true,
      description: 'One line of a run’s timeline by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findRecord(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    tracing_records: t.field({
      permission: 'runs:read',
      type: TracingRecordTypeConnection,
      description:
        'Lines of the timelines of runs in the mode of the API key: the newest run first, and of each the newest line.',
      args: { filter: t.arg({ type: TracingRecordFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const { org, testMode: test_mode } = viewerOf(context);
        const page = pageOf(filter);
        await context.ports.acceptedRuns.allShown(org);
        const numbered = typeof filter?.request_log_id === 'number';
        // No request has a number, and none has an empty name.
        const wanted = { ...filter, test_mode, ...(numbered ? { request_id: '' } : {}) };
        return connectionOf(await listRecords(context.ports.db, org, wanted, page));
      },
    }),
  }));
};
