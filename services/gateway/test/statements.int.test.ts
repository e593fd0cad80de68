import { migrate, openReadModel, type ReadModel } from '@karrio/read-model';
import { freshDatabase } from '@karrio/testing';
import { execute, parse, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphContext } from '../src/graphql/context.ts';
import { loadersOfRequest } from '../src/graphql/loaders.ts';
import { schema } from '../src/graphql/schema.ts';
import { fill } from './dataset.ts';
import { operationText, sampleVariables, type Field } from './operation-text.ts';

const stack = new AsyncDisposableStack();
const few = 1;
const many = 12;
let bySize: ReadonlyMap<number, ReadModel['db']>;
let statements = 0;

const filled = async (count: number): Promise<ReadModel['db']> => {
  const { url } = stack.use(await freshDatabase());
  const { db } = stack.use(openReadModel({ url, poolMax: 2, applicationName: 'test' }));
  await migrate(db);
  await fill(db, count);
  return db.withPlugin({
    transformQuery: ({ node }) => {
      statements++;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
};

beforeAll(async () => {
  bySize = new Map([
    [few, await filled(few)],
    [many, await filled(many)],
  ]);
});
afterAll(() => stack.disposeAsync());

const viewer = { org: 'org_1', actor: 'key_1', credential: 'key_1', role: 'owner', testMode: false } as const;

const contextOf = (db: ReadModel['db']): GraphContext => ({
  ports: {
    db,
    people: db,
    acceptedRuns: { shown: async () => undefined, allShown: async () => undefined },
    // Other services have their own tests: here nobody knows what is asked for.
    question: async () => ({ rejected: { code: 'not-found', errors: [] } }),
    progress: { reached: async () => true },
    vault: { open: async () => '', seal: async () => '', pseudonym: async () => '' },
  } as never,
  call: { caller: viewer, requestId: 'req_1', loaders: loadersOfRequest(db) } as never,
});

const answer = (size: number, query: string, variableValues?: Readonly<Record<string, unknown>>) => {
  const db = bySize.get(size);
  if (!db) throw new Error('no database of this size');
  const contextValue = contextOf(db);
  return Promise.resolve<ExecutionResult>(
    execute({ schema, document: parse(query), variableValues: variableValues ?? null, contextValue }),
  );
};

/** How many statements an operation makes that asks for everything it can. */
const made = async (size: number, field: Field) => {
  statements = 0;
  const ids = { id: idOf[field.name] ?? 'x', trigger_id: 'wtrg_0', workflow_id: 'wkfl_0' };
  const result = await answer(size, operationText('query', field), sampleVariables(field.args, ids));
  // What wants more than a sample says so.
  const faults = (result.errors ?? []).filter(({ extensions }) => extensions['code'] !== 'validation');
  expect(faults).toEqual([]);
  return statements;
};

/** Of what is asked for by its id: what there is. */
const idOf: Readonly<Record<string, string>> = {
  workflow: 'wkfl_0',
  workflow_action: 'wact_0',
  workflow_connection: 'wcon_0',
  workflow_event: 'wevt_0',
  metafield: 'metaf_0',
  shipping_rule: 'rule_0',
  rate_decision: 'rdec_0',
};

/** Lists, each with what it takes to ask for all of it. */
const listedBy: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['workflows', 'workflow_actions', 'workflow_connections', 'workflow_events', 'shipping_rules']
      .concat(['rate_decisions', 'audit_log'])
      .map((name) => [name, ' { edges { cursor } }']),
  ),
  trigger_slots: '(filter: { trigger_id: "wtrg_0" }) { edges { cursor } }',
  api_keys: ' { id }',
  members: ' { id }',
  invitations: ' { id }',
};

const rowsIn = (answered: unknown): unknown =>
  typeof answered === 'object' && answered !== null && 'edges' in answered ? answered.edges : answered;

/** What no page of one thing needs more of. */
const statementsMax = 16;

describe('the statements of a query', () => {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});

  it.each(fields.map((field) => [field.name, field] as const))(
    '%s are as many for many rows as for one, and few',
    async (_, field) => {
      const forOne = await made(few, field);
      expect(await made(many, field)).toBe(forOne);
      expect(forOne).toBeLessThanOrEqual(statementsMax);
    },
  );

  it.each(Object.entries(listedBy))('%s are of rows that are there', async (name, select) => {
    const found = await answer(many, `{ ${name}${select} }`);
    expect(rowsIn(found.data?.[name])).toHaveLength(many);
  });

  it('are counted at all', async () => {
    const field = schema.getQueryType()?.getFields()['workflow_events'];
    expect(field && (await made(many, field))).toBeGreaterThan(5);
  });
});
