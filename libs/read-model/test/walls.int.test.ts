import { freshDatabase } from '@karrio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findWorkflow, migrate, openReadModel, type ReadModel } from '../src/index.ts';

const stack = new AsyncDisposableStack();
let reads: ReadModel;

beforeAll(async () => {
  const { url } = stack.use(await freshDatabase());
  reads = stack.use(openReadModel({ url, poolMax: 2, applicationName: 'test' }));
  await migrate(reads.db);
  await sql`insert into organization values ('org_1', 'One', now(), 0), ('org_2', 'Two', now(), 0)`.execute(
    reads.db,
  );
  for (const org of ['org_1', 'org_2']) {
    await sql`
      insert into workflow (id, org_id, slug, name, is_active, action_nodes, metadata, created_at, updated_at, revision)
      values (${`wkfl_${org}`}, ${org}, 'w', 'W', true, '[]', '{}', now(), now(), 0)`.execute(reads.db);
    await sql`
      insert into user_account (id, address_id, sealed_email, created_at, updated_at, revision)
      values (${`user_${org}`}, ${`user_${org}`}, 'sealed', now(), now(), 0)`.execute(reads.db);
    await sql`
      insert into member (id, org_id, user_id, role, created_at, updated_at, revision)
      values (${`memb_${org}`}, ${org}, ${`user_${org}`}, 'owner', now(), now(), 0)`.execute(reads.db);
  }
});
afterAll(() => stack.disposeAsync());

const relations = async () => {
  const { rows } = await sql<{ name: string; has_org: boolean; is_view: boolean }>`
    select relname as name, relkind = 'v' as is_view,
      exists (select from pg_attribute a where a.attrelid = c.oid and attname = 'org_id') as has_org
    from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`.execute(reads.db);
  return rows;
};

const idsIn = async (org: string, table: string, column: string) => {
  const { rows } = await sql<{
    id: string;
  }>`select ${sql.ref(column)} as id from ${sql.table(table)}`.execute(reads.of(org));
  return rows.map(({ id }) => id);
};

describe('a connection of an organisation', () => {
  it('sees its own rows alone, in every table and view, whatever the statement forgets', async () => {
    for (const { name, has_org } of await relations()) {
      if (!has_org) continue;
      const orgs = new Set(await idsIn('org_1', name, 'org_id'));
      expect({ name, orgs: [...orgs].filter((org) => org !== 'org_1') }).toEqual({ name, orgs: [] });
    }
    expect(await idsIn('org_1', 'workflow', 'id')).toEqual(['wkfl_org_1']);
    expect(await idsIn('org_2', 'organization', 'id')).toEqual(['org_2']);
    expect(await idsIn('org_2', 'user_account', 'id')).toEqual(['user_org_2']);
  });

  it('finds a row of another one as little as one that never was', async () => {
    expect(await findWorkflow(reads.of('org_2'), 'org_1', 'wkfl_org_1')).toBeUndefined();
    expect(await findWorkflow(reads.of('org_1'), 'org_1', 'wkfl_org_1')).toMatchObject({ id: 'wkfl_org_1' });
  });

  it('sees nothing that belongs to no organisation, and nothing at all for nobody', async () => {
    expect(await idsIn('org_1', 'session', 'id')).toEqual([]);
    expect(await idsIn('org_1', 'parked_event', 'stream')).toEqual([]);
    expect(await idsIn('', 'workflow', 'id')).toEqual([]);
  });

  it('changes nothing', async () => {
    await expect(sql`update workflow set name = 'X'`.execute(reads.of('org_1'))).rejects.toThrow(
      'permission denied',
    );
  });

  it('is another’s afterwards, and that of everybody where nobody asks for one', async () => {
    const asked = ['org_1', 'org_2', 'org_1', '', 'org_2'].flatMap((org) => [org, org, org]);
    const seen = await Promise.all(asked.map((org) => idsIn(org, 'workflow', 'id')));
    expect(seen).toEqual(asked.map((org) => (org === '' ? [] : [`wkfl_${org}`])));
    const { rows } = await sql<{ id: string }>`select id from workflow order by id`.execute(reads.db);
    expect(rows.map(({ id }) => id)).toEqual(['wkfl_org_1', 'wkfl_org_2']);
  });
});

describe('the wall', () => {
  it('stands before every table, and before those that come later', async () => {
    await sql`create table later (id text, org_id text)`.execute(reads.db);
    await sql`insert into later values ('1', 'org_1'), ('2', 'org_2')`.execute(reads.db);
    await sql`create view later_too as select * from later`.execute(reads.db);
    await expect(idsIn('org_1', 'later', 'id')).rejects.toThrow('permission denied');
    await migrate(reads.db);
    expect(await idsIn('org_1', 'later', 'id')).toEqual(['1']);
    expect(await idsIn('org_2', 'later_too', 'id')).toEqual(['2']);
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`.execute(reads.db);
    expect(rows).toEqual([]);
  });
});
