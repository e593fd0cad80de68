import { describe, expect, it } from 'vitest';
import { sealConnection } from './seal-connection.ts';
import { sealMetafield, type MetafieldInput } from './seal-metafield.ts';
import { sealTrigger } from './seal-trigger.ts';
import { sealWorkflow } from './seal-workflow.ts';
import { sealed, type KnownMetafield, type Sealing } from './sealing.ts';

const sealOf = (plain: string, context: string) => ({
  sealed: `${plain.length} as ${context}`,
  fingerprint: 'f',
});
const vault = { seal: async (_: string, plain: string, context: string) => sealOf(plain, context) };
const rows: Readonly<Record<string, KnownMetafield>> = {
  metaf_secret: { key: 'api_key', type: 'text', secret: null },
  metaf_set: { key: 'api_key', type: 'text', secret: { fingerprint: 'f', changedAt: '' } },
  metaf_plain: { key: 'region', type: 'text', secret: null },
};
const run = <T>(seal: (sealing: Sealing) => Promise<T>) =>
  sealed({ vault, org: 'org_1', metafieldOf: async (id) => rows[id] }, seal);

const metafield = async (input: MetafieldInput) => {
  const outcome = await run((sealing) => sealMetafield(sealing, input, ''));
  return 'input' in outcome ? outcome.input : outcome;
};
const credential = sealOf('hunter2', 'credential');

describe('a trigger’s secret', () => {
  const trigger = (secret?: string | null) =>
    run((sealing) => sealTrigger(sealing, { schedule: null, secret }));

  it('leaves the gateway only sealed', async () => {
    expect(await trigger('s3cret')).toEqual({
      input: { schedule: null, sealed_secret: sealOf('s3cret', 'webhook') },
    });
  });

  // Clients that show a form read null for the secret and send it back when they save.
  it.each([undefined, null])('stays as it is for %j', async (secret) => {
    expect(await trigger(secret)).toEqual({ input: { schedule: null } });
  });

  it('is removed by an empty text', async () => {
    expect(await trigger('')).toEqual({ input: { schedule: null, sealed_secret: null } });
  });
});

describe('a metafield', () => {
  it('of everyday use stays as it is', async () => {
    for (const value of ['', 'eu', 0, false, null, { a: 1 }]) {
      const input = { key: 'region', type: 'json', value } as const;
      expect(await metafield(input)).toEqual(input);
    }
  });

  it.each([
    ['by its type', { key: 'pin', type: 'password' }],
    ['by its name', { key: 'api_key', type: 'text' }],
    ['by what is there', { id: 'metaf_secret' }],
    ['by the name that it gets', { id: 'metaf_plain', key: 'api_key' }],
    ['that was one, whatever it is called now', { id: 'metaf_set', key: 'pin', type: 'text' }],
    ['where nobody knows what is there', { id: 'metaf_9' }],
  ] as const)('that is a secret %s leaves only sealed', async (_, input) => {
    expect(await metafield({ ...input, value: 'hunter2' })).toEqual({ ...input, secret: credential });
    expect(await metafield({ ...input, value: null })).toEqual(input);
    expect(await metafield(input)).toEqual(input);
    expect(await metafield({ ...input, value: '' })).toEqual({ ...input, secret: null });
  });

  it('keeps a secret’s type: what is no text is sealed as its JSON', async () => {
    expect(await metafield({ key: 'token', type: 'json', value: { a: 1 } })).toMatchObject({
      secret: sealOf('{"a":1}', 'credential'),
    });
  });

  it('with a secret of another type is refused here, where it can be seen, without saying it', async () => {
    const refused = await metafield({ key: 'token', type: 'number', value: 'hunter2' });
    expect(refused).toEqual({ errors: [{ field: 'value', messages: [expect.stringContaining('number')] }] });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });

  it('of the older type string is a text', async () => {
    expect(await metafield({ key: 'region', type: 'string', value: 'eu' })).toEqual({
      key: 'region',
      type: 'text',
      value: 'eu',
    });
  });
});

describe('a connection', () => {
  const connection = (input: object) => run((sealing) => sealConnection(sealing, input, 'connection.'));

  it('has each of its older credentials sealed, whatever it is called; null keeps one and an empty text drops it', async () => {
    const credentials = { username: 'hunter2', port: 12, kept: null, gone: '' };
    expect(await connection({ name: 'x', credentials })).toEqual({
      input: {
        name: 'x',
        credentials: { username: credential, port: sealOf('12', 'credential'), kept: null },
      },
    });
    expect(await connection({ credentials: null })).toEqual({ input: {} });
  });

  it.each(['hunter2', ['hunter2'], 12])(
    'with %j for credentials is refused without saying it',
    async (credentials) => {
      const refused = await connection({ credentials });
      expect(refused).toMatchObject({ errors: [{ field: 'connection.credentials' }] });
      expect(JSON.stringify(refused)).not.toContain('hunter2');
    },
  );
});

it('finds the secrets of a workflow wherever they are, and names where one is wrong', async () => {
  const input = {
    name: 'W',
    trigger: { secret: 'hunter2' },
    actions: [
      {
        name: 'A',
        metafields: [{ key: 'token', type: 'text', value: 'hunter2' }],
        connection: {
          credentials: { a: 'hunter2' },
          metafields: [{ key: 'pin', type: 'password', value: 'hunter2' }],
        },
      },
      { name: 'B', connection: null },
    ],
  } as const;
  const outcome = await run((sealing) => sealWorkflow(sealing, input));
  expect(JSON.stringify(outcome)).not.toContain('hunter2');
  expect(outcome).toMatchObject({
    input: { actions: [{ metafields: [{ secret: credential }] }, { connection: null }] },
  });
  const wrong = {
    actions: [{}, { connection: { metafields: [{ key: 'pin', type: 'password', value: 12 }] } }],
  } as const;
  expect(await run((sealing) => sealWorkflow(sealing, wrong))).toMatchObject({
    errors: [{ field: 'actions[1].connection.metafields[0].value' }],
  });
});
