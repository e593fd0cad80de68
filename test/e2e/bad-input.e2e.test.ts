import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Client } from './support/gateway-client.ts';
import { inOwnOrganization } from './support/own-organization.ts';
import { httpAction, inline, mappingAction, newTag, recordsOf } from './support/workflow.ts';

const stack = inject('stack');
const tag = newTag();
const saved = mappingAction(`Saved ${tag}`, '{}');
let client: Client;
let workflowId: string;
beforeAll(async () => {
  client = await inOwnOrganization(stack);
  workflowId = (await client.make('create_workflow', inline(`Good ${tag}`, [saved]))).id;
});

/** Everything that a request could have left behind. */
const everything = () =>
  client.query(`{
    workflows(filter: { first: 100 }) { page_info { count } edges { node { id updated_at } } }
    workflow_actions(filter: { first: 100 }) { page_info { count } edges { node { id updated_at } } }
    workflow_events(filter: { first: 100 }) { page_info { count } edges { node { id } } }
  }`);

/** What a mutation answers that must change nothing. */
const refusal = async (...[name, input]: Parameters<Client['change']>) => {
  const before = await everything();
  const { errors, ...made } = await client.change(name, input);
  expect(Object.values(made)).toEqual([null]);
  expect(await everything()).toEqual(before);
  return errors;
};

const runOf = (id: string) => ({ workflow_id: id, event_type: 'manual' });
const withAction = (...actions: readonly object[]) => inline(`Bad ${tag}`, [saved, ...actions].slice(1));

describe('a mutation that is refused names the field and the remedy, and leaves nothing behind', () => {
  it('for an unknown workflow', async () => {
    expect(await refusal('create_workflow_event', runOf('wkfl_nobody'))).toEqual([
      { field: 'workflow_id', messages: [expect.stringContaining('wkfl_nobody')] },
    ]);
  });

  it('for a workflow that is switched off', async () => {
    await client.make('deactivate_workflow', { id: workflowId });
    expect(await refusal('create_workflow_event', runOf(workflowId))).toEqual([
      { field: 'workflow_id', messages: [expect.stringContaining('activate_workflow')] },
    ]);
    await client.make('activate_workflow', { id: workflowId });
  });

  it('for a template that is none, with line and column', async () => {
    const broken = mappingAction(`Broken ${tag}`, '{\n  "a": {{#if parameters.x}} 1 {{/each}}\n}');
    expect(await refusal('create_workflow', withAction(mappingAction(`Fine ${tag}`, '{}'), broken))).toEqual([
      {
        field: 'actions[1].parameters_template',
        messages: [expect.stringMatching(/^line 2, column \d+: /)],
      },
    ]);
  });

  it('for a slug in action_nodes that nobody has', async () => {
    const input = { name: `Bad ${tag}`, action_nodes: [{ order: 1, slug: `nobody_${tag}` }] };
    expect(await refusal('create_workflow', input)).toEqual([
      { field: 'action_nodes[0].slug', messages: [expect.stringContaining('workflow_actions')] },
    ]);
  });

  it('for an action whose slug is taken, alone or within a workflow', async () => {
    const messages = [expect.stringMatching(new RegExp(`saved_${tag}.*another name`))];
    expect(await refusal('create_workflow_action', saved)).toEqual([{ field: 'name', messages }]);
    const again = withAction(mappingAction(`New ${tag}`, '{}'), saved);
    expect(await refusal('create_workflow', again)).toEqual([{ field: 'actions[1].name', messages }]);
  });

  it('for a request without a host', async () => {
    const { host: _, ...homeless } = httpAction(`Homeless ${tag}`, '', '/');
    expect(await refusal('create_workflow', withAction(homeless))).toEqual([
      { field: 'actions[0].host', messages: [expect.stringContaining('https://')] },
    ]);
  });

  it('for everything at once, where more than one thing is wrong', async () => {
    const errors: readonly { field: string }[] = await refusal('create_workflow', {
      name: `Bad ${tag}`,
      action_nodes: [{ order: 1, slug: `nobody_${tag}` }],
      trigger: { trigger_type: 'webhook', secret: 'without a header' },
    });
    expect(errors.map(({ field }) => field)).toEqual(['action_nodes[0].slug', 'trigger.secret_key']);
  });

  it('for a name that is too long', async () => {
    expect(await refusal('create_workflow', { name: 'x'.repeat(51), action_nodes: [] })).toEqual([
      { field: 'name', messages: [expect.stringContaining('50')] },
    ]);
  });
});

describe('a template that renders no JSON', () => {
  it('ends its run as failed, with the place and what was rendered', async () => {
    const name = `Unquoted ${newTag()}`;
    const workflow = await client.make(
      'create_workflow',
      inline(name, [
        mappingAction(name, '{"name": "{{parameters.name}}", "n": {{#if parameters.n}}1{{/if}} }'),
      ]),
    );
    const parameters = { name: 'Ada Lovelace' };
    const { id } = await client.make('create_workflow_event', { ...runOf(workflow.id), parameters });
    const run = await client.endOf(id);

    const [{ slug }] = workflow.actions;
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'invalid-json', action: slug } });
    expect(JSON.stringify(run.failure)).toContain('Ada Lovelace');
    expect(recordsOf(run, slug)).toMatchObject({ error: { error: { code: 'invalid-json' } } });
  });
});

describe('a malformed GraphQL request', () => {
  it('is answered with the place of the mistake', async () => {
    const { body } = await client.ask('{ workflows { edges { node { id }');
    expect(body.errors).toEqual([
      expect.objectContaining({ message: expect.any(String), locations: [{ line: 1, column: 34 }] }),
    ]);
  });

  it('is told which field it meant', async () => {
    const { body } = await client.ask('{ workflows { edges { node { nam } } } }');
    expect(body.errors[0].message).toContain('"name"');
  });
});

describe('without a known API key', () => {
  const roots = `{ __schema {
    queryType { fields { name type { ...T } args { name type { ...T } } } }
    mutationType { fields { name type { ...T } args { name type { ...T } } } }
  } }
  fragment T on __Type { kind name ofType { kind name } }`;

  type Named = { kind: string; name: string | null };
  type Typed = { name: string; type: Named & { ofType: Named | null } };
  type Root = Typed & { args: Typed[] };
  const typeOf = ({ kind, name, ofType }: Typed['type']) => (kind === 'NON_NULL' ? `${ofType?.name}!` : name);
  const isScalar = ({ kind, ofType }: Typed['type']) => [kind, ofType?.kind].includes('SCALAR');

  /** `query ($a0: String!) { workflow(id: $a0) { __typename } }` */
  const operationOf = (kind: 'query' | 'mutation', { name, type: answered, args }: Root) => {
    const variables = args.map(({ type }, index) => `$a${index}: ${typeOf(type)}`).join(', ');
    const given = args.map((arg, index) => `${arg.name}: $a${index}`).join(', ');
    const [declared, passed] = args.length > 0 ? [`(${variables})`, `(${given})`] : ['', ''];
    return `${kind} ${declared} { ${name}${passed}${isScalar(answered) ? '' : ' { __typename }'} }`;
  };

  const operations = async () => {
    const { queryType, mutationType } = (await client.query(roots)).__schema;
    return [
      ...queryType.fields.map((root: Root) => operationOf('query', root)),
      ...mutationType.fields.map((root: Root) => operationOf('mutation', root)),
    ];
  };

  it.each([
    ['an unknown one', { authorization: `Token key_${'0'.repeat(32)}` }, 'invalid_token'],
    ['none', {}, 'authentication_required'],
  ])('(%s) every query and every mutation is refused', async (_, headers, code) => {
    const all = await operations();
    expect(all.length).toBeGreaterThan(15);
    for (const operation of all) {
      const { status, body } = await client.ask(operation, {}, headers);
      const answer = [operation, status, body.data ?? null, body.errors?.[0]?.code];
      expect(answer).toEqual([operation, 401, null, code]);
      expect(body.errors[0].message).toMatch(/Authorization/);
    }
  });

  it('a run is not shown over REST, and a webhook is not taken with a wrong one', async () => {
    const authorization = `Token key_${'0'.repeat(32)}`;
    const answer = await fetch(`${stack.gateway}/v1/workflow_events/wevt_1`, { headers: { authorization } });
    expect([answer.status, (await answer.json()).errors[0].code]).toEqual([401, 'invalid_token']);
    expect((await client.trigger(workflowId, { headers: { authorization } })).status).toBe(401);
  });
});
