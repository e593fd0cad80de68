import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Without login: who reads for a tenant becomes this role, which sees the rows of one organisation. */
export const readerRole = 'karrio_reader';

/** A sub-select is evaluated once for a statement, not for each row. */
const asked = `(select current_setting('karrio.org', true))`;

/** What the role may see of a table, where that is not the rows whose `org_id` is the organisation's. */
const exceptions: Readonly<Record<string, string>> = {
  organization: `id = ${asked}`,
  // Who a member is; nobody else.
  user_account: `exists (select from member m where m.user_id = user_account.id and m.org_id = ${asked})`,
  // Says nothing of anybody.
  checkpoint: 'true',
};

/**
 * The second wall between organisations: row-level security on every table, so that a statement which forgets its
 * `org_id` finds nothing. A table of a later migration comes behind it by itself, as the rows of nobody where it
 * has no `org_id`. Only what is not done yet is done.
 */
export const protect = (db: Kysely<Database>): Promise<void> =>
  db.transaction().execute(async (tx) => {
    // Two processes that begin together would both add a policy.
    await sql`select pg_advisory_xact_lock(hashtext(${readerRole}))`.execute(tx);
    await sql.raw(trustFilters).execute(tx);
    const open = await openRelations(tx);
    if (open.length === 0) return;
    await makeRole(tx);
    await sql.raw(grantSchema).execute(tx);
    for (const relation of open) await close(tx, relation);
  });

const grantSchema = `do $$ begin
    execute format('grant usage on schema %I to ${readerRole}', current_schema());
  end $$`;

type Relation = Readonly<{ name: string; isView: boolean; hasOrg: boolean }>;

/** Tables without row-level security, and views that would see with their owner's eyes. */
const openRelations = async (tx: Transaction<Database>): Promise<readonly Relation[]> => {
  const { rows } = await sql<Relation>`
    select c.relname as name, c.relkind = 'v' as "isView",
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id') as "hasOrg"
    from pg_class c
    where c.relnamespace = current_schema()::text::regnamespace
      and (c.relkind in ('r', 'p') and not c.relrowsecurity
        or c.relkind = 'v' and not coalesce('security_invoker=true' = any (c.reloptions), false))
    order by 1`.execute(tx);
  return rows;
};

const close = async (tx: Transaction<Database>, { name, isView, hasOrg }: Relation): Promise<void> => {
  const rows = exceptions[name] ?? (hasOrg ? `org_id = ${asked}` : undefined);
  const statements = isView
    ? [`alter view ${name} set (security_invoker = true)`]
    : [
        `alter table ${name} enable row level security`,
        ...(rows === undefined ? [] : [`create policy tenant on ${name} for select using (${rows})`]),
      ];
  for (const statement of [...statements, `grant select on ${name} to ${readerRole}`]) {
    await sql.raw(statement).execute(tx);
  }
};

/** Roles belong to the whole server: another database of it may have made this one, at this very moment too. */
const makeRole = async (tx: Transaction<Database>): Promise<void> => {
  await sql
    .raw(
      `do $$
      begin
        if not exists (select from pg_roles where rolname = '${readerRole}') then
          create role ${readerRole} nologin noinherit nobypassrls;
        end if;
        if not pg_has_role(current_user, '${readerRole}', 'set') then
          execute format('grant ${readerRole} to %I', current_user);
        end if;
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then
          raise exception 'The user % may not make the role ${readerRole}. Run once as a superuser: create role ${readerRole} nologin; grant ${readerRole} to %', current_user, current_user;
      end $$`,
    )
    .execute(tx);
};

/**
 * Behind a policy Postgres uses an index only by functions that are known to tell nothing of the rows they see, in
 * errors for instance. These tell nothing, and filters of runs by their parameters need them. Only a superuser can
 * say so; without one, such a filter reads the runs of its organisation.
 */
const trustFilters = `do $$
  declare
    filter regprocedure;
  begin
    if not (select rolsuper from pg_roles where rolname = current_user) then return; end if;
    for filter in
      select oid::regprocedure from pg_proc
      where not proleakproof and oid in (
        'jsonb_exists_any(jsonb, text[])'::regprocedure, 'jsonb_path_exists_opr(jsonb, jsonpath)'::regprocedure)
    loop
      execute format('alter function %s leakproof', filter);
    end loop;
  end $$`;
