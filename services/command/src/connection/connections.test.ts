import type { InlineConnection } from '@karrio/contracts';
import { connection, type ConnectionDefinition } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { outlineCreateAction, outlineUpdateAction } from '../action/outline-action.ts';
import { at, catalogOf, commandsOf, fieldsOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { outlineCreateWorkflow } from '../workflow/outline-workflow.ts';
import {
  outlineCreateConnection,
  outlineDeleteConnection,
  outlineUpdateConnection,
} from './outline-connection.ts';

const secret = (name: string) => ({ sealed: `sealed ${name}`, fingerprint: name });
const aPassword = (key: string, name: string) => ({ key, type: 'password', secret: secret(name) }) as const;

const shop = {
  name: 'Shop',
  authType: 'api_key',
  host: 'https://shop.test',
  authTemplate: '{"X-Key": "{{credentials.api_key}}"}',
  metafields: [aPassword('api_key', 'one'), { key: 'region', type: 'text', value: 'eu' }],
} satisfies InlineConnection;

const definition = ((): ConnectionDefinition => {
  const [command] = commandsOf(outlineCreateConnection(catalogOf(), shop, issue));
  if (command?.type !== 'CreateConnection') throw new Error('no connection');
  return command.definition;
})();

const saved = recorded('ConnectionCreated', 'connection-wcon_1', 0, {
  id: 'wcon_1',
  slug: 'shop',
  definition,
  at,
});

const fetching = { name: 'Fetch', actionType: 'http_request', method: 'get', endpoint: '/orders' } as const;

const actionOn = (connectionId: string | null, slug = 'fetch') => {
  const [command] = commandsOf(
    outlineCreateAction(catalogOf(saved), { ...fetching, name: slug, host: 'x.test' }, issue),
  );
  if (command?.type !== 'CreateAction') throw new Error('no action');
  const data = { id: `wact_${slug}`, slug, definition: { ...command.definition, connectionId }, at };
  return recorded('ActionCreated', `action-wact_${slug}`, 0, data);
};

describe('a connection', () => {
  it('gets a slug of its name, and keeps its secrets sealed beside when they changed', () => {
    expect(commandsOf(outlineCreateConnection(catalogOf(), shop, issue))).toMatchObject([
      {
        type: 'CreateConnection',
        slug: 'shop',
        definition: {
          metafields: [
            { key: 'api_key', value: null, secret: { ...secret('one'), changedAt: at } },
            { key: 'region', value: 'eu', secret: null },
          ],
        },
      },
    ]);
  });

  it('is told from another one of the same slug', () => {
    expect(outlineCreateConnection(catalogOf(saved), shop, issue)).toMatchObject({
      refused: [{ code: 'already-exists', field: 'name', message: expect.stringContaining('wcon_1') }],
    });
  });

  it.each([
    ['a host that is none', { host: 'ht tp://x' }, 'host'],
    ['an address as endpoint', { endpoint: 'https://x.test/v1' }, 'endpoint'],
    ['an auth_template that does not compile', { authTemplate: '{{#if}}' }, 'auth_template'],
    ['an auth_template that reads a run', { authTemplate: '{"a": "{{parameters.a}}"}' }, 'auth_template'],
    ['a claims template that does not compile', { parametersTemplate: '{{' }, 'parameters_template'],
    [
      'an algorithm that nobody signs with',
      { authType: 'jwt' as const, metafields: [{ key: 'algorithm', type: 'text' as const, value: 'none' }] },
      'metafields',
    ],
  ])('is refused with %s, naming the field', (_, over, field) => {
    expect(fieldsOf(outlineCreateConnection(catalogOf(), { ...shop, ...over }, issue))).toEqual([field]);
  });

  it('says where a template is wrong', () => {
    const outline = outlineCreateConnection(catalogOf(), { ...shop, authTemplate: '{\n"a": {{#if}}' }, issue);
    expect(outline).toMatchObject({ refused: [{ message: expect.stringContaining('line 2') }] });
  });

  it('keeps what an update leaves out, and its secrets where they are given as they were read', () => {
    const [command] = commandsOf(
      outlineUpdateConnection(
        catalogOf(saved),
        { id: 'wcon_1', host: 'https://new.test', metafields: [{ key: 'api_key', type: 'password' }] },
        { ...issue, at: '2027-01-01T00:00:00.000Z' },
      ),
    );
    expect(command).toMatchObject({
      type: 'ReviseConnection',
      definition: { ...definition, host: 'https://new.test' },
    });
  });

  it('has legacy credentials replaced as a whole: null keeps one, leaving one out drops it', () => {
    const credentials = {
      kept: { ...secret('kept'), changedAt: at },
      gone: { ...secret('gone'), changedAt: at },
    };
    const before = recorded('ConnectionCreated', 'connection-wcon_1', 0, {
      id: 'wcon_1',
      slug: 'shop',
      definition: { ...definition, credentials },
      at,
    });
    const later = { ...issue, at: '2027-01-01T00:00:00.000Z' };
    const input = { id: 'wcon_1', credentials: { kept: null, fresh: secret('fresh'), absent: null } };
    expect(commandsOf(outlineUpdateConnection(catalogOf(before), input, later))).toMatchObject([
      {
        definition: {
          credentials: { kept: credentials.kept, fresh: { fingerprint: 'fresh', changedAt: later.at } },
        },
      },
    ]);
    const [command] = commandsOf(outlineUpdateConnection(catalogOf(before), input, later));
    expect(command?.type === 'ReviseConnection' && Object.keys(command.definition.credentials)).toEqual([
      'kept',
      'fresh',
    ]);
  });

  it('that actions use is not deleted, and they are named', () => {
    const catalog = catalogOf(saved, actionOn('wcon_1'));
    expect(outlineDeleteConnection(catalog, { id: 'wcon_1' }, issue)).toMatchObject({
      refused: [{ code: 'in-use', field: 'id', message: expect.stringContaining('fetch') }],
    });
    expect(fieldsOf(outlineDeleteConnection(catalogOf(saved), { id: 'wcon_1' }, issue))).toEqual([
      'connection',
    ]);
  });
});

describe('an action’s connection', () => {
  const kindsOf = fieldsOf;

  it('is made before the action where the input has no id', () => {
    const outline = outlineCreateAction(catalogOf(), { ...fetching, connection: shop }, issue);
    expect(kindsOf(outline)).toEqual(['connection', 'action']);
    const [made, action] = commandsOf(outline);
    expect(action).toMatchObject({ definition: { connectionId: made && 'id' in made ? made.id : '' } });
  });

  it('is attached by its id alone, and gives the host that the action does not have', () => {
    const outline = outlineCreateAction(
      catalogOf(saved),
      { ...fetching, connection: { id: 'wcon_1' } },
      issue,
    );
    expect(kindsOf(outline)).toEqual(['action']);
    expect(commandsOf(outline)).toMatchObject([{ definition: { connectionId: 'wcon_1', host: null } }]);
  });

  it('is changed along where more is said of it', () => {
    const input = { ...fetching, connection: { id: 'wcon_1', host: 'https://b.test' } };
    expect(commandsOf(outlineCreateAction(catalogOf(saved), input, issue))).toMatchObject([
      { type: 'ReviseConnection', definition: { host: 'https://b.test' } },
      { type: 'CreateAction' },
    ]);
  });

  it('stays where an update does not name it, and goes with null', () => {
    const catalog = catalogOf(saved, actionOn('wcon_1'));
    const connectionAfter = (input: object) => {
      const [command] = commandsOf(outlineUpdateAction(catalog, { id: 'wact_fetch', ...input }, issue));
      return command && 'definition' in command && 'connectionId' in command.definition
        ? command.definition.connectionId
        : undefined;
    };
    expect(connectionAfter({ description: 'd' })).toBe('wcon_1');
    expect(connectionAfter({ connection: null })).toBeNull();
  });

  it('of a template is the one that is there under its name', () => {
    const input = { ...fetching, connection: { ...shop, isReusable: true } };
    expect(commandsOf(outlineCreateAction(catalogOf(saved), input, issue))).toMatchObject([
      { type: 'CreateAction', definition: { connectionId: 'wcon_1' } },
    ]);
    expect(kindsOf(outlineCreateAction(catalogOf(), input, issue))).toEqual(['connection', 'action']);
  });

  it('that does not exist is refused by its path', () => {
    const outline = outlineCreateAction(catalogOf(), { ...fetching, connection: { id: 'wcon_9' } }, issue);
    expect(fieldsOf(outline)).toEqual(['connection.id']);
  });

  it('that two actions of one input change is changed once, by both', () => {
    const change = (name: string, over: object) => ({
      ...fetching,
      name,
      connection: { id: 'wcon_1', ...over },
    });
    const outline = outlineCreateWorkflow(
      catalogOf(saved),
      {
        name: 'W',
        actions: [change('A', { host: 'https://b.test' }), change('B', { description: 'both' })],
        actionNodes: [{ order: 1, index: 0 }],
      },
      issue,
    );
    expect(kindsOf(outline)).toEqual(['connection', 'action', 'action', 'workflow']);
    expect(commandsOf(outline)[0]).toMatchObject({
      definition: { host: 'https://b.test', description: 'both' },
    });
  });

  it('that two actions of one input make is refused at the second', () => {
    const outline = outlineCreateWorkflow(
      catalogOf(),
      {
        name: 'W',
        actions: ['A', 'B'].map((name) => ({ ...fetching, name, connection: shop })),
        actionNodes: [{ order: 1, index: 0 }],
      },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['actions[1].connection.name']);
  });

  it.each([
    ['a mapping', { actionType: 'data_mapping', parametersTemplate: '{"k": "{{connection.api_key}}"}' }],
    ['a condition', { actionType: 'conditional', parametersTemplate: '{{connection.api_key}}' }],
  ] as const)('shows no secret to %s', (_, over) => {
    const input = { name: 'Map', ...over, connection: { id: 'wcon_1' } };
    expect(fieldsOf(outlineCreateAction(catalogOf(saved), input, issue))).toEqual(['parameters_template']);
  });

  it('shows its secrets to the headers of a request, but not to its address', () => {
    const used = { connection: { id: 'wcon_1' } };
    const headers = { headerTemplate: '{"X-Key": "{{connection.api_key}}"}' };
    expect(
      kindsOf(outlineCreateAction(catalogOf(saved), { ...fetching, ...used, ...headers }, issue)),
    ).toEqual(['action']);
    const address = { endpoint: '/{{connection.api_key}}' };
    expect(
      fieldsOf(outlineCreateAction(catalogOf(saved), { ...fetching, ...used, ...address }, issue)),
    ).toEqual(['endpoint']);
  });
});

it('folds to what was written', () => {
  const events = commandsOf(outlineCreateConnection(catalogOf(), shop, issue)).flatMap((command) => {
    if (command.type !== 'CreateConnection') return [];
    const decision = connection.decide(connection.initial, command);
    return 'accepted' in decision ? decision.accepted : [];
  });
  expect(events.reduce(connection.evolve, connection.initial)).toMatchObject({ status: 'live', definition });
});
