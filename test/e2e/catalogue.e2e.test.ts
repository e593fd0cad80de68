import { describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { newTag } from './support/workflow.ts';

const { ask, query } = gatewayClient(inject('stack'));
const { apiKey } = inject('stack');

type Template = Readonly<{
  slug: string;
  name: string;
  auth_type: string;
  action_type: string;
  trigger: { trigger_type: string } | null;
  actions: readonly unknown[];
}>;

const templates = async (kind: string, fields: string): Promise<readonly Template[]> => {
  const data = await query(
    `{ ${kind} { page_info { count } edges { node { slug name description ${fields} } } } }`,
  );
  return data[kind].edges.map(({ node }: { node: Template }) => node);
};

const make = async (name: string, type: string, input: object, shown: string) => {
  const text = `mutation ($input: ${type}!) { ${name}(input: $input) { errors { field messages } ${shown} } }`;
  const { body } = await ask(text, { input }, { authorization: `Token ${apiKey}` });
  expect([input, body.errors, body.data?.[name].errors]).toEqual([input, undefined, null]);
  return Object.values<Record<string, unknown>>(body.data[name]).find((value) => value !== null) ?? {};
};

describe('the catalogue', () => {
  it('has connections that can be made as they are, and say which credentials they want', async () => {
    const found = await templates(
      'workflow_connection_templates',
      'auth_type metafields { key is_required }',
    );
    expect(found).toHaveLength(4);
    for (const { slug, auth_type } of found) {
      const made = await make(
        'create_workflow_connection',
        'CreateWorkflowConnectionMutationInput',
        { name: `${slug} ${newTag()}`, auth_type, template_slug: slug },
        'workflow_connection { host auth_template required_credentials is_credentials_complete credential_validation }',
      );
      expect(made).toMatchObject({
        host: expect.stringContaining('https://'),
        is_credentials_complete: false,
      });
      expect(made).toMatchObject({
        credential_validation: { missing_credentials: made['required_credentials'] },
      });
    }
  });

  it('has actions that can be made as they are, with their connections', async () => {
    const found = await templates('workflow_action_templates', 'action_type connection { slug }');
    expect(found).toHaveLength(4);
    for (const { slug, action_type } of found) {
      // Twice: the second uses the connection of the first.
      for (const name of [1, 2].map((turn) => `${slug} ${turn} ${newTag()}`)) {
        const made = await make(
          'create_workflow_action',
          'CreateWorkflowActionMutationInput',
          { name, action_type, template_slug: slug },
          'workflow_action { method parameters_template connection { template_slug metafields { key } } }',
        );
        expect(made).toMatchObject({ method: 'post', connection: { template_slug: expect.any(String) } });
      }
    }
  });

  it('has workflows that can be made as they are', async () => {
    const found = await templates('workflow_templates', 'trigger { trigger_type schedule } actions { name }');
    expect(found).toHaveLength(4);
    for (const { slug, trigger, actions } of found) {
      const isScheduled = trigger?.trigger_type === 'scheduled';
      const made = await make(
        'create_workflow',
        'CreateWorkflowMutationInput',
        {
          name: `${slug} ${newTag()}`.slice(0, 50),
          action_nodes: [],
          template_slug: slug,
          // Until schedules can be made.
          ...(isScheduled ? { trigger: { trigger_type: 'manual' } } : {}),
        },
        'workflow { description template_slug trigger { trigger_type } action_nodes { order slug } actions { name } }',
      );
      expect(made).toMatchObject({
        template_slug: slug,
        trigger: isScheduled ? {} : trigger && { trigger_type: 'webhook' },
      });
      expect(made['actions']).toHaveLength(actions.length);
    }
  });
});
