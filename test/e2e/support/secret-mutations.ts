import type { CanaryFlock } from '@karrio/testing';

type Seed = Readonly<{ name: string; input: object; isWrong?: true }>;

const key = (name: string, value: unknown, type = 'password') => ({ key: name, type, value });

/** Every field of every mutation that takes a secret, in inputs that are taken. */
export const takenInputs = ({ named }: CanaryFlock, tag: string): readonly Seed[] => {
  const metafields = (where: string) => [
    key('client_secret', named(`${where}-password`)),
    key('api_key', named(`${where}-by-name`), 'text'),
    key('token', { deep: named(`${where}-json`) }, 'json'),
    { ...key('region', 'eu', 'text'), is_required: true },
  ];
  const connection = (where: string) => ({
    name: `${where} ${tag}`,
    auth_type: 'api_key',
    host: 'https://shop.test',
    auth_template: '{"X-Key": "{{credentials.api_key}}"}',
    credentials: { username: named(`${where}-username`), nested: { a: named(`${where}-nested`) } },
    metafields: metafields(where),
  });
  const action = (where: string) => ({
    name: `${where} ${tag}`,
    action_type: 'http_request',
    method: 'get',
    metafields: metafields(`${where}-own`),
    connection: connection(`${where} connection`),
  });
  return [
    { name: 'create_workflow_connection', input: connection('Connection') },
    { name: 'create_workflow_action', input: action('Action') },
    {
      name: 'create_workflow',
      input: {
        name: `Workflow ${tag}`,
        action_nodes: [{ order: 1, index: 0 }],
        actions: [action('Nested')],
        trigger: { trigger_type: 'webhook', secret_key: 'X-Secret', secret: named('webhook') },
      },
    },
    { name: 'create_metafield', input: key('password', named('alone')) },
    { name: 'create_metafield', input: key('access_token', named('alone-by-name'), 'text') },
  ];
};

type Entity = Readonly<{ id: string; metafields: readonly Readonly<{ id: string; key: string }>[] }>;

/** The same for what there is, in every way in which a metafield can be named. */
export const changes = (
  { named }: CanaryFlock,
  { connection, metafield, trigger }: Readonly<{ connection: Entity; metafield: string; trigger: string }>,
): readonly Seed[] => [
  {
    name: 'update_workflow_connection',
    input: {
      id: connection.id,
      credentials: { username: null, other: named('update-credentials') },
      metafields: connection.metafields.map(({ id, key: name }) => ({
        ...key(
          name,
          name === 'region' ? 'us' : named(`update-${name}`),
          name === 'region' ? 'text' : 'password',
        ),
        id,
      })),
    },
  },
  { name: 'update_metafield', input: { id: metafield, value: named('update-metafield') } },
  { name: 'update_metafield', input: { id: metafield, key: 'pin', value: named('renamed-metafield') } },
  { name: 'update_metafield', input: { id: 'metaf_none', value: named('unknown-metafield') }, isWrong: true },
  { name: 'update_workflow_trigger', input: { id: trigger, secret: named('update-trigger') } },
];

/** Inputs that are refused, by every layer that can refuse one. */
export const refusedInputs = ({ named }: CanaryFlock): readonly Seed[] => {
  const wrong = (name: string, input: object): Seed => ({ name, input, isWrong: true });
  const good = { name: 'Refused', auth_type: 'api_key', credentials: { a: named('refused-credentials') } };
  return [
    // GraphQL's own.
    wrong('create_workflow_connection', { ...good, port: named('as-port') }),
    wrong('create_workflow_connection', { ...good, passwrd: named('unknown-field') }),
    wrong('create_workflow_connection', { ...good, auth_type: named('as-enum') }),
    wrong('create_workflow_connection', { credentials: { a: named('beside-missing-name') } }),
    wrong('create_workflow_trigger', {
      workflow_id: 'wkfl_1',
      trigger_type: 'webhook',
      secret: { a: named('as-object') },
    }),
    wrong('create_metafield', { key: 'k', type: named('as-type'), value: named('beside-type') }),
    // The gateway's.
    wrong('create_workflow_connection', { ...good, name: 'n'.repeat(51) }),
    wrong('create_workflow_connection', { ...good, credentials: named('credentials-as-text') }),
    wrong('create_metafield', key('token', named('as-number'), 'number')),
    wrong('create_metafield', key('pin', { a: named('as-password') })),
    wrong('create_metafield', { ...key('password', named('k')), key: '' }),
    // The write side's.
    wrong('create_workflow_connection', { ...good, host: 'ht tp://nowhere' }),
    wrong('create_workflow_connection', { ...good, auth_template: '{{#if}}' }),
    wrong('create_workflow_action', {
      name: 'x',
      action_type: 'data_mapping',
      metafields: [key('token', named('beside-mapping'))],
    }),
    wrong('update_workflow_connection', { id: 'wcon_none', credentials: { a: named('unknown-connection') } }),
    wrong('create_metafield', {
      ...key('password', named('on-shipment')),
      object_type: 'shipment',
      object_id: 's',
    }),
    wrong('update_workflow_trigger', { id: 'wtrg_none', secret: named('unknown-trigger') }),
  ];
};
