import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Nothing secret is here, not even sealed: the log alone has it. */
export const connections: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const metafieldColumns = (objectType: string, table: string): string => `
  select m.value ->> 'id' collate "C" as id, o.org_id, m.value ->> 'key' as key, m.value ->> 'type' as type,
    (m.value ->> 'isRequired')::boolean as is_required, m.value -> 'value' as value, m.value -> 'secret' as secret,
    '${objectType}' as object_type, o.id as object_id, o.created_at, m.ordinality::int as place
  from ${table} o cross join json_array_elements(o.metafields) with ordinality m
  where o.deleted_at is null`;

const statements = [
  // What actions from before have, as libs/domain completes their events.
  `alter table workflow_action
     add column template_engine text not null default 'handlebars',
     add column connection_id id,
     add column http json not null
       default '{"connectTimeoutMs": null, "timeoutMs": null, "acceptedStatuses": null, "retry": null}',
     add column metafields json not null default '[]'`,

  `create table workflow_connection (
    id id primary key,
    org_id id not null,
    slug id not null,
    name text not null,
    description text,
    auth_type text not null,
    host text,
    port int,
    endpoint text,
    template_engine text not null,
    auth_template text,
    parameters_template text,
    metafields json not null,
    credentials json not null,
    metadata json not null,
    template_slug text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index workflow_connection_newest on workflow_connection (org_id, created_at desc, id desc)
     where deleted_at is null`,

  `create table metafield (
    id id primary key,
    org_id id not null,
    key text not null,
    type text not null,
    is_required boolean not null,
    value json,
    secret json,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    revision int not null
  )`,
  `create index metafield_newest on metafield (org_id, created_at desc, id desc) where deleted_at is null`,

  // Attached ones are part of their object's row; here all are side by side, in the order of their object.
  `create view any_metafield as
   select m.id, m.org_id, m.key, m.type, m.is_required, m.value, m.secret,
     'metafield' as object_type, null::text as object_id, m.created_at, 1 as place
   from metafield m where m.deleted_at is null
   union all ${metafieldColumns('workflow_connection', 'workflow_connection')}
   union all ${metafieldColumns('workflow_action', 'workflow_action')}`,
];
