import { eventually } from '@karrio/testing';
import type { Address } from './stack.ts';

const action = `id slug name action_type description host port endpoint method content_type parameters_type
  parameters_template header_template updated_at`;
const trigger = 'id slug trigger_type secret secret_key';
const workflow = `id slug name description is_active updated_at trigger { ${trigger} }
  action_nodes { order slug } actions { ${action} }`;
const run = `id status state event_type test_mode parameters failure plan_hash waiting_until
  parked { cause message action since } cancelled_by cancel_reason
  created_at started_at ended_at duration_ms
  workflow { id name } records { id key timestamp record meta }`;

/** What the answer of each mutation is to show beside its errors. */
const shown = {
  create_workflow: `workflow { ${workflow} }`,
  update_workflow: `workflow { ${workflow} }`,
  activate_workflow: `workflow { ${workflow} }`,
  deactivate_workflow: `workflow { ${workflow} }`,
  delete_workflow: 'id',
  create_workflow_action: `workflow_action { ${action} }`,
  update_workflow_action: `workflow_action { ${action} }`,
  delete_workflow_action: 'id',
  update_workflow_connection: 'workflow_connection { id }',
  create_workflow_trigger: `workflow_trigger { ${trigger} }`,
  update_workflow_trigger: `workflow_trigger { ${trigger} }`,
  create_shipping_rule: 'shipping_rule { id }',
  create_workflow_event: `workflow_event { ${run} }`,
  pause_workflow: 'workflow { id is_paused pause { since by reason } }',
  resume_workflow: 'workflow { id is_paused pause { since by reason } }',
  cancel_workflow_event: 'workflow_event { id }',
  pause_workflow_event: 'workflow_event { id }',
  resume_workflow_event: 'workflow_event { id }',
  redrive_workflow_event: 'workflow_event { id }',
  settle_workflow_event: 'workflow_event { id }',
} as const;
type Mutation = keyof typeof shown;

export type TracingRecord = Readonly<{
  key: string;
  timestamp: number;
  /** Read as it came: the story asserts its shape. */
  record: ReturnType<typeof JSON.parse>;
  meta: Readonly<{ workflow_action_slug: string; attempt: number; duration_ms: number | null }>;
}>;

export type Run = Readonly<{
  id: string;
  status: string;
  state: string | null;
  parked: Readonly<{ cause: string; action: string | null }> | null;
  cancelled_by: string | null;
  cancel_reason: string | null;
  plan_hash: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  duration_ms: number | null;
  failure: ReturnType<typeof JSON.parse>;
  records: readonly TracingRecord[];
}>;

type Headers = Readonly<Record<string, string>>;
export type Sent = Readonly<{ query?: string; body?: string; headers?: Headers }>;

export type Client = ReturnType<typeof gatewayClient>;

/** The public API as a client outside uses it, with the key of `address` unless `headers` say otherwise. */
export const gatewayClient = ({ gateway, apiKey }: Pick<Address, 'gateway' | 'apiKey'>) => {
  const authorization = `Token ${apiKey}`;
  const post = async (path: string, body: string, headers: Headers) => {
    const response = await fetch(gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(60_000),
    });
    return { status: response.status, body: await response.json() };
  };

  const ask = (query: string, variables: object = {}, headers: Headers = { authorization }) =>
    post('/graphql', JSON.stringify({ query, variables }), headers);

  const query = async (text: string, variables: object = {}) => {
    const { body } = await ask(text, variables);
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data;
  };

  /** The payload of a mutation: what it made, or its errors. */
  const change = async (name: Mutation, input: object, headers: Headers = {}) => {
    const type = inputTypeOf(name);
    const text = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { field messages } ${shown[name]} } }`;
    const { body } = await ask(text, { input }, { authorization, ...headers });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data[name];
  };

  const ended = new Set<string>();

  const readRun = async (id: string): Promise<Run | null> =>
    (await query(`query ($id: String!) { workflow_event(id: $id) { ${run} } }`, { id })).workflow_event;

  return {
    /** What authenticates this client, for requests that it does not make itself. */
    authorization,
    ask,
    query,
    change,
    /** What a mutation made. @throws Error with what it refused */
    make: async (name: Mutation, input: object, headers?: Headers) => {
      const { errors, ...made } = await change(name, input, headers);
      if (errors) throw new Error(`${name} was refused: ${JSON.stringify(errors)}`);
      return made[name.slice(name.indexOf('_') + 1)];
    },
    readRun,
    readWorkflow: async (id: string) =>
      (await query(`query ($id: String!) { workflow(id: $id) { ${workflow} } }`, { id })).workflow,
    readAction: async (id: string) =>
      (await query(`query ($id: String!) { workflow_action(id: $id) { ${action} } }`, { id }))
        .workflow_action,
    /** The run once it has ended, however it did. */
    endOf: async (id: string, deadlineMs = 60_000): Promise<Run> => {
      const run = await eventually(
        `run ${id} has ended`,
        () => readRun(id).then((it) => (it?.ended_at ? it : undefined)),
        deadlineMs,
      );
      ended.add(id);
      return run;
    },
    /** @throws Error where the interpreter would not do again what it did in a run that this client saw end */
    checkReplays: async (): Promise<void> => {
      const replay =
        'mutation ($id: String!) { replay_workflow_event(input: { id: $id }) { errors { field messages } same runs } }';
      for (const id of ended) {
        const { replay_workflow_event: replayed } = await query(replay, { id });
        if (!replayed.same) throw new Error(`run ${id} replays as another one: ${JSON.stringify(replayed)}`);
      }
    },
    /** To any address, without the API key unless `headers` have it. */
    send: (path: string, { query: search = '', body = '{}', headers = {} }: Sent = {}) =>
      post(path + search, body, headers),
    /** Without the API key: a webhook's caller has none. */
    trigger: (workflowId: string, { query: search = '', body = '{}', headers = {} }: Sent = {}) =>
      post(`/v1/workflows/${workflowId}/trigger${search}`, body, headers),
  };
};

const inputTypeOf = (name: Mutation): string => {
  if (name.startsWith('delete_')) return 'DeleteMutationInput';
  if (name.endsWith('activate_workflow')) return 'ActivateWorkflowMutationInput';
  return `${name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}MutationInput`;
};
