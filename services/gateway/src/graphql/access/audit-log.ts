import type { AuditEntry } from '@karrio/domain';
import { listAuditEntries, type AuditEntryRow } from '@karrio/read-model';
import { builder, type BuilderTypes } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageFields, pageOf } from '../page.ts';

const AuditOutcomeEnum = builder.enumType('AuditOutcomeEnum', {
  description: 'What became of a command.',
  values: {
    accepted: { description: 'It took effect.' },
    refused: { description: 'It was not followed; refusal says why.' },
  } satisfies Record<AuditEntry['outcome'], object>,
});

const AuditOriginType = builder.objectRef<NonNullable<AuditEntry['origin']>>('AuditOriginType').implement({
  description: 'From where something was asked for.',
  fields: (t) => ({
    ip: t.exposeString('ip', { description: 'The address of the sender.' }),
    user_agent: t.string({
      nullable: true,
      description: 'What the sender said it is.',
      resolve: ({ userAgent }) => userAgent ?? null,
    }),
    credential: t.string({
      nullable: true,
      description: 'The id of the API key or the session that was shown.',
      resolve: ({ credential }) => credential ?? null,
    }),
    request_id: t.exposeString('requestId', { description: 'The X-Request-ID of the request.' }),
  }),
});

const AuditEntryType = builder.objectRef<AuditEntryRow>('AuditEntryType');
builder.objectType(AuditEntryType, {
  description: 'Who did what, when, from where: one line of the audit log.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Its id.' }),
    object_type: t.string({ description: 'Always audit_entry.', resolve: () => 'audit_entry' }),
    number: t.exposeInt('number', { description: 'Its place in the organisation’s chain, from 0.' }),
    created_at: t.expose('at', { type: 'DateTime', description: 'When it was asked for.' }),
    actor: t.exposeString('actor', {
      description: 'Who: the id of an API key or a user, webhook, or the name of what acts by itself.',
    }),
    origin: t.field({
      type: AuditOriginType,
      nullable: true,
      description: 'From where; null for what a service or a tool did by itself.',
      resolve: ({ entry }) => entry.origin,
    }),
    command_id: t.string({
      description: 'All that one command did has the same.',
      resolve: ({ entry }) => entry.commandId,
    }),
    action: t.exposeString('action', { description: 'The name of the command, such as update_workflow.' }),
    outcome: t.field({
      type: AuditOutcomeEnum,
      description: 'What became of it.',
      resolve: ({ entry }) => entry.outcome,
    }),
    entity_type: t.exposeString('entity_type', {
      nullable: true,
      description: 'The kind of what it was done to, such as workflow.',
    }),
    entity_id: t.exposeString('entity_id', { nullable: true, description: 'The id of it.' }),
    ...contentFields(t),
    hash: t.exposeString('hash', {
      description: 'The SHA-256 over the hash before it and the entry, in hex; npm run audit checks it.',
    }),
  }),
});

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, AuditEntryRow>;

const contentFields = (t: Fields) => ({
  before: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The fields that changed, as they were. Of a secret, only a mark that changes with it.',
    resolve: ({ entry }) => entry.before,
  }),
  after: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The fields that changed, as they are since.',
    resolve: ({ entry }) => entry.after,
  }),
  refusal: t.field({
    type: 'JSON',
    nullable: true,
    description: 'Why it was refused: code, and errors by field.',
    resolve: ({ entry }) => entry.refusal,
  }),
  runs: t.int({
    nullable: true,
    description:
      'How many runs were asked for from outside in a row; each one’s own request is in workflow_events.',
    resolve: ({ entry }) => entry.runs?.count ?? null,
  }),
});

const AuditLogConnection = connectionType('AuditEntryType', AuditEntryType);

const AuditLogFilter = builder.inputType('AuditLogFilter', {
  description: 'Which entries, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    actor: t.string({ description: 'What this API key or user did.' }),
    action: t.string({ description: 'This command, such as update_workflow.' }),
    outcome: t.field({ type: AuditOutcomeEnum, description: 'What became of it.' }),
    entity_type: t.string({ description: 'What was done to this kind, such as workflow.' }),
    entity_id: t.string({ description: 'What was done to the one of this id.' }),
    created_after: t.field({ type: 'DateTime', description: 'Then or later.' }),
    created_before: t.field({ type: 'DateTime', description: 'Before then.' }),
  }),
});

export const addAuditLog = (): void => {
  builder.queryFields((t) => ({
    audit_log: t.field({
      permission: 'audit:read',
      type: AuditLogConnection,
      description: 'What was done in the organisation and what was refused, newest first.',
      args: { filter: t.arg({ type: AuditLogFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) =>
        connectionOf(
          await listAuditEntries(context.ports.db, viewerOf(context).org, filter ?? {}, pageOf(filter)),
        ),
    }),
  }));
};
