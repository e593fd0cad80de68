import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  newCanaryFlock,
  searchDatabase,
  searchFolder,
  startOtlpReceiver,
  temporaryFolder,
  type CanaryFlock,
  type Sighting,
} from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changes, refusedInputs, takenInputs } from './support/secret-mutations.ts';
import { startStack, type Stack } from './support/stack.ts';
import { newTag } from './support/workflow.ts';

const started = new AsyncDisposableStack();
const flock = newCanaryFlock();
/** What everyone may see, seeded along: where it is not found, the search looked in the wrong place. */
const visible = newCanaryFlock();
const answers: string[] = [];
let stack: Stack;
let dataDir: string;
let spans: readonly unknown[];

beforeAll(async () => {
  const collector = started.use(await startOtlpReceiver());
  spans = collector.spans;
  dataDir = started.use(await temporaryFolder()).path;
  stack = started.use(
    await startStack({
      dataDir,
      env: {
        LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
    }),
  );
});
afterAll(() => started.disposeAsync());

const post = async (body: string, headers: Readonly<Record<string, string>> = {}, path = '/graphql') => {
  const response = await fetch(stack.gateway + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Token ${stack.apiKey}`, ...headers },
    body,
  });
  const text = await response.text();
  answers.push(`${JSON.stringify([...response.headers])}\n${text}`);
  return JSON.parse(text);
};

const metafield =
  'id key type value parsed_value is_required object_id object_type is_set fingerprint changed_at';
const connection = `id name slug auth_type host port endpoint auth_template parameters_template credentials metadata
  credentials_from_metafields required_credentials is_credentials_complete credential_validation
  secrets { key fingerprint changed_at } metafields { ${metafield} }`;
const action = `id name slug header_template parameters_template connection { ${connection} } metafields { ${metafield} }`;
const trigger = 'id secret secret_set secret_key';
const shown: Readonly<Record<string, string>> = {
  workflow_connection: connection,
  workflow_action: action,
  workflow: `id name trigger { ${trigger} } actions { ${action} }`,
  metafield,
  workflow_trigger: trigger,
};

const send = async (name: string, input: object) => {
  const entity = name.slice(name.indexOf('_') + 1);
  const typed = `${name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;
  const type = entity === 'metafield' ? `${typed}Input` : `${typed}MutationInput`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { field messages } ${entity} { ${shown[entity]} } } }`;
  const { data, errors } = await post(JSON.stringify({ query, variables: { input } }));
  const payload = data?.[name];
  return { entity: payload?.[entity], errors: errors ?? payload?.errors ?? null };
};

const queries = [
  `{ workflow_connections { edges { node { ${connection} } } } }`,
  `{ workflow_actions { edges { node { ${action} } } } }`,
  `{ workflows { edges { node { id name trigger { ${trigger} } actions { ${action} } } } } }`,
  `{ metafields { edges { node { ${metafield} } } } }`,
];

const searchEverything = async (of: CanaryFlock) => {
  const { postgres } = JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8'));
  const ports: Record<string, number> = JSON.parse(readFileSync(join(dataDir, 'ports.json'), 'utf8'));
  const metrics = await Promise.all(
    Object.entries(ports)
      .filter(([name]) => name.endsWith('-ops'))
      .map(
        async ([name, port]) =>
          [name, await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()] as const,
      ),
  );
  const files = await searchFolder(dataDir, of);
  const tables = await searchDatabase(postgres, of);
  return {
    files: files.sightings,
    tables: tables.sightings,
    spans: of.seenIn('spans', JSON.stringify(spans)),
    metrics: metrics.flatMap(([name, text]) => of.seenIn(`metrics of ${name}`, text)),
    answers: answers.flatMap((answer, index) => of.seenIn(`answer ${index}`, answer)),
    searched: { files: files.bytes, tables: tables.bytes, spans: spans.length, metrics: metrics.length },
  };
};

const isIn = (sightings: readonly Sighting[], part: string) =>
  sightings.some(({ where }) => where.includes(part));

describe('a secret', () => {
  it('is nowhere in what the system writes and answers, whatever became of the mutation that brought it', async () => {
    const tag = newTag();
    const made = new Map<string, Awaited<ReturnType<typeof send>>>();
    await send('create_metafield', { key: 'note', type: 'text', value: visible.named('note') });
    for (const { name, input } of takenInputs(flock, tag)) {
      const outcome = await send(name, input);
      expect([name, outcome.errors]).toEqual([name, null]);
      made.set(name, outcome);
    }
    const owned = made.get('create_workflow_connection')?.entity;
    const workflow = made.get('create_workflow')?.entity;
    const known = {
      connection: owned,
      metafield: made.get('create_metafield')?.entity.id,
      trigger: workflow.trigger.id,
    };
    for (const { name, input, isWrong } of [...changes(flock, known), ...refusedInputs(flock)]) {
      const { errors } = await send(name, input);
      expect([name, input, errors !== null]).toEqual([name, input, isWrong === true]);
    }
    await sendElsewhere(workflow.id);
    for (const query of queries) await post(JSON.stringify({ query }));

    const seen = await searchEverything(visible);
    expect(isIn(seen.files, 'event-store')).toBe(true);
    expect(isIn(seen.tables, 'metafield')).toBe(true);
    expect(seen.answers.length).toBeGreaterThan(0);

    const { searched, ...leaks } = await searchEverything(flock);
    expect(leaks).toEqual({ files: [], tables: [], spans: [], metrics: [], answers: [] });
    for (const amount of Object.values(searched)) expect(amount).toBeGreaterThan(0);
  });

  it('shows that it is set, and comes back from a client that saves what it read', async () => {
    const [seed] = takenInputs(newCanaryFlock(), newTag());
    if (!seed) throw new Error('no seed');
    const { entity } = await send(seed.name, seed.input);
    expect(entity.credentials).toEqual({ username: null, nested: null });
    expect(entity.secrets).toHaveLength(5);
    expect(entity).toMatchObject({ is_credentials_complete: true });
    const asRead = entity.metafields.map(({ id, key, type, value }: Record<string, unknown>) => ({
      id,
      key,
      type,
      value,
    }));
    const { id, credentials } = entity;
    const again = await send('update_workflow_connection', { id, credentials, metafields: asRead });
    expect(again).toEqual({ entity, errors: null });
  });
});

/** Where a secret may also turn up: in requests that are none, in literals, and at the webhook's own door. */
const sendElsewhere = async (workflowId: string) => {
  const literal = `mutation { create_metafield(input: { key: "password", type: password, value: ${JSON.stringify(flock.named('literal'))} }) { errors { field messages } } }`;
  await post(JSON.stringify({ query: literal }));
  await post(JSON.stringify({ query: literal.replace('type: password', 'typ: password') }));
  await post(JSON.stringify({ query: literal.replace('type:', 'type') }));
  await post(JSON.stringify({ query: literal }).slice(0, -3));
  await post(JSON.stringify({ query: literal }), { authorization: 'Token key_wrong' });
  await post(
    '{}',
    { 'x-secret': flock.named('update-trigger') },
    `/v1/workflows/${workflowId}/trigger?wait=50s`,
  );
  await post(
    '{}',
    { 'x-secret': flock.named('wrong'), authorization: '' },
    `/v1/workflows/${workflowId}/trigger`,
  );
};
