import type { InlineMetafield } from '@karrio/contracts';
import type { Metafield } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { at, catalogOf, commandsOf, fieldsOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { layMetafields } from './lay-metafields.ts';
import {
  outlineCreateMetafield,
  outlineDeleteMetafield,
  outlineUpdateMetafield,
} from './outline-metafield.ts';

const secret = { sealed: 'sealed', fingerprint: 'f1', changedAt: at };
const aMetafield = (over: Partial<Metafield> = {}): Metafield => ({
  id: 'metaf_1',
  key: 'region',
  type: 'text',
  isRequired: false,
  value: 'eu',
  secret: null,
  ...over,
});

const place = { owner: 'x', path: '' };
const laid = (known: readonly Metafield[], ...inputs: readonly InlineMetafield[]) =>
  layMetafields(known, inputs, { ...issue, at: '2027-01-01T00:00:00.000Z' }, place);

describe('metafields within an input', () => {
  it('change the one with their id or their key, and add the others', () => {
    const known = [aMetafield(), aMetafield({ id: 'metaf_2', key: 'zone' })];
    expect(
      laid(known, { id: 'metaf_1', value: 'us' }, { key: 'zone', value: '' }, { key: 'new', type: 'number' }),
    ).toMatchObject({
      metafields: [
        { id: 'metaf_1', key: 'region', value: 'us' },
        { id: 'metaf_2', key: 'zone', value: '' },
        { key: 'new', type: 'number', value: null },
      ],
    });
  });

  it('keep the types of their values', () => {
    const inputs = [
      { key: 'n', type: 'number', value: 1.5 },
      { key: 'b', type: 'boolean', value: false },
      { key: 'j', type: 'json', value: { a: [null] } },
      { key: 'e', type: 'text', value: '' },
    ] as const;
    expect(laid([], ...inputs)).toMatchObject({ metafields: inputs });
  });

  it('keep a secret that is not given again, and when it changed where it is given the same', () => {
    const known = aMetafield({ key: 'api_key', type: 'password', value: null, secret });
    const after = (input: InlineMetafield) => laid([known], { id: 'metaf_1', ...input });
    expect(after({ value: null })).toMatchObject({ metafields: [known] });
    expect(after({ secret: { sealed: 'anew', fingerprint: 'f1' } })).toMatchObject({
      metafields: [{ secret: { sealed: 'anew', fingerprint: 'f1', changedAt: at } }],
    });
    expect(after({ secret: { sealed: 'other', fingerprint: 'f2' } })).toMatchObject({
      metafields: [{ secret: { changedAt: '2027-01-01T00:00:00.000Z' } }],
    });
    expect(after({ secret: null })).toMatchObject({ metafields: [{ secret: null, value: null }] });
  });

  it('stay secret under whatever key and type, until they are taken away', () => {
    const known = aMetafield({ key: 'pin', type: 'password', value: null, secret });
    expect(laid([known], { id: 'metaf_1', key: 'region', type: 'text' })).toMatchObject({
      metafields: [{ key: 'region', type: 'text', value: null, secret }],
    });
    const gone = laid([known], { id: 'metaf_1', key: 'region', type: 'text', secret: null });
    expect(gone).toMatchObject({ metafields: [{ key: 'region', value: null, secret: null }] });
  });

  it.each([
    ['a value of another type', [], { key: 'n', type: 'number', value: '1' }, 'metafields[0].value'],
    ['no key', [], { type: 'text' }, 'metafields[0].key'],
    ['no type', [], { key: 'k' }, 'metafields[0].type'],
    ['an id that is not there', [], { id: 'metaf_9', key: 'k', type: 'text' }, 'metafields[0].id'],
    [
      'a key that another one has',
      [aMetafield(), aMetafield({ id: 'metaf_2', key: 'zone' })],
      { id: 'metaf_2', key: 'region' },
      'metafields[0].key',
    ],
    ['a plain secret', [], { key: 'api_key', type: 'text', value: 'x' }, 'metafields[0].value'],
    [
      'a name that makes a value a secret',
      [aMetafield()],
      { id: 'metaf_1', key: 'token' },
      'metafields[0].value',
    ],
    [
      'a plain value for what is a secret',
      [aMetafield({ key: 'pin', value: null, secret })],
      { key: 'pin', value: 'x' },
      'metafields[0].value',
    ],
    [
      'a value that the new type has not',
      [aMetafield()],
      { id: 'metaf_1', type: 'date' },
      'metafields[0].value',
    ],
  ] as const)('are refused with %s, naming the field', (_, known, input, field) => {
    expect(laid(known, input)).toMatchObject({ refused: [{ field }] });
  });
});

describe('a metafield', () => {
  const definition = {
    name: 'Shop',
    authType: 'api_key',
    metafields: [aMetafield({ isRequired: true })],
    credentials: {},
  };
  const shop = recorded('ConnectionCreated', 'connection-wcon_1', 0, {
    id: 'wcon_1',
    slug: 'shop',
    definition,
    at,
  });
  const alone = recorded('MetafieldCreated', 'metafield-metaf_2', 0, {
    metafield: aMetafield({ id: 'metaf_2', key: 'zone' }),
    at,
  });
  const attachedTo = { objectType: 'workflow_connection', objectId: 'wcon_1' } as const;

  it('stands alone, or in the definition of its object', () => {
    const input = { key: 'zone', type: 'text', value: 'a' } as const;
    expect(fieldsOf(outlineCreateMetafield(catalogOf(), input, issue))).toEqual(['metafield']);
    const outline = outlineCreateMetafield(catalogOf(shop), { ...input, ...attachedTo }, issue);
    expect(commandsOf(outline)).toMatchObject([
      {
        type: 'ReviseConnection',
        definition: { metafields: [{ key: 'region' }, { key: 'zone', value: 'a' }] },
      },
    ]);
  });

  it.each([
    ['something that has none', { objectType: 'shipment', objectId: 'shp_1' }, 'object_type'],
    ['nothing of a kind', { objectType: 'workflow_connection' }, 'object_id'],
    ['an object that is not there', { objectType: 'workflow_action', objectId: 'wact_9' }, 'object_id'],
    ['an object of no kind', { objectId: 'wcon_1' }, 'object_type'],
  ])('is refused on %s', (_, target, field) => {
    const outline = outlineCreateMetafield(catalogOf(shop), { key: 'k', type: 'text', ...target }, issue);
    expect(fieldsOf(outline)).toEqual([field]);
  });

  it('is refused under a key that its object has', () => {
    const outline = outlineCreateMetafield(
      catalogOf(shop),
      { key: 'region', type: 'text', ...attachedTo },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['key']);
  });

  it('is changed where it stands', () => {
    const change = (id: string) => outlineUpdateMetafield(catalogOf(shop, alone), { id, value: 'x' }, issue);
    expect(commandsOf(change('metaf_1'))).toMatchObject([
      { type: 'ReviseConnection', definition: { metafields: [{ id: 'metaf_1', value: 'x' }] } },
    ]);
    expect(commandsOf(change('metaf_2'))).toMatchObject([
      { type: 'ReviseMetafield', metafield: { id: 'metaf_2', key: 'zone', value: 'x' } },
    ]);
    expect(fieldsOf(change('metaf_9'))).toEqual(['id']);
  });

  it('that stands alone moves to an object, which has it before it is gone', () => {
    const outline = outlineUpdateMetafield(catalogOf(shop, alone), { id: 'metaf_2', ...attachedTo }, issue);
    expect(commandsOf(outline).map(({ type }) => type)).toEqual(['ReviseConnection', 'DeleteMetafield']);
  });

  it('of one object does not move to another', () => {
    const other = recorded('ConnectionCreated', 'connection-wcon_2', 0, {
      id: 'wcon_2',
      slug: 'other',
      definition: { ...definition, metafields: [] },
      at,
    });
    const move = { id: 'metaf_1', objectType: 'workflow_connection', objectId: 'wcon_2' };
    expect(fieldsOf(outlineUpdateMetafield(catalogOf(shop, other), move, issue))).toEqual(['object_id']);
  });

  it('that its object requires is not deleted', () => {
    const catalog = catalogOf(shop, alone);
    expect(outlineDeleteMetafield(catalog, { id: 'metaf_1' }, issue)).toMatchObject({
      refused: [{ code: 'in-use', field: 'id' }],
    });
    expect(fieldsOf(outlineDeleteMetafield(catalog, { id: 'metaf_2' }, issue))).toEqual(['metafield']);
    const optional = outlineUpdateMetafield(catalog, { id: 'metaf_1', isRequired: false }, issue);
    const [command] = commandsOf(optional);
    if (command?.type !== 'ReviseConnection') throw new Error('not revised');
    const revised = recorded('ConnectionRevised', 'connection-wcon_1', 1, {
      definition: command.definition,
      at,
    });
    expect(
      commandsOf(outlineDeleteMetafield(catalogOf(shop, revised), { id: 'metaf_1' }, issue)),
    ).toMatchObject([{ definition: { metafields: [] } }]);
  });
});
