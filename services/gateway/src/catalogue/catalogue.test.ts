import { commandPayloads, type CommandName } from '@karrio/contracts';
import { slugOf } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { payloadOf } from '../command/input.ts';
import { sealConnection } from '../seal/seal-connection.ts';
import { sealAction } from '../seal/seal-action.ts';
import { sealWorkflow } from '../seal/seal-workflow.ts';
import { sealed, type Sealing } from '../seal/sealing.ts';
import { actionTemplates } from './action-templates.ts';
import { connectionTemplates } from './connection-templates.ts';
import { filledAction, filledConnection, filledWorkflow } from './fill-in.ts';
import { workflowTemplates } from './workflow-templates.ts';

const vault = { seal: async () => ({ sealed: 'sealed', fingerprint: 'f' }) };
const payload = async (name: CommandName, seal: (sealing: Sealing) => Promise<object>) => {
  const outcome = await sealed({ vault, org: 'org_1', metafieldOf: async () => undefined }, seal);
  return 'input' in outcome ? payloadOf(name, outcome.input) : outcome;
};

it('has the contract’s templates, each with a slug of its own', () => {
  expect(workflowTemplates.map(({ name }) => name)).toEqual([
    'Order Fulfillment Notification',
    'ERP Order Sync',
    'Inventory Level Alert',
    'Shipping Rate Sync',
  ]);
  expect(actionTemplates.map(({ name }) => name)).toEqual([
    'Slack Notification',
    'Email Notification',
    'Webhook Call',
    'Database Insert',
  ]);
  expect(connectionTemplates.map(({ name }) => name)).toEqual([
    'Slack Bot',
    'SendGrid',
    'Generic Webhook',
    'Database API',
  ]);
  const slugs = [...workflowTemplates, ...actionTemplates, ...connectionTemplates].map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
});

describe('every template', () => {
  it.each(connectionTemplates)(
    'of a connection becomes a payload: $slug',
    async ({ slug, name, auth_type }) => {
      const input = filledConnection({ name, auth_type, template_slug: slug, metafields: undefined });
      expect(
        await payload('create_workflow_connection', (sealing) => sealConnection(sealing, input, '')),
      ).toHaveProperty('payload');
    },
  );

  it.each(actionTemplates)('of an action becomes a payload: $slug', async ({ slug, name, action_type }) => {
    const input = filledAction({ name, action_type, template_slug: slug, connection: undefined });
    expect(
      await payload('create_workflow_action', (sealing) => sealAction(sealing, input, '')),
    ).toHaveProperty('payload');
  });

  it.each(workflowTemplates)('of a workflow becomes a payload: $slug', async ({ slug, name, actions }) => {
    const input = filledWorkflow({ name, action_nodes: [], template_slug: slug, actions: undefined });
    const outcome = await payload('create_workflow', (sealing) => sealWorkflow(sealing, input));
    if (!('payload' in outcome)) throw new Error(JSON.stringify(outcome));
    const { actions: made = [] } = commandPayloads.create_workflow.parse(outcome.payload);
    expect(made.map((action) => action.name)).toEqual(actions.map((action) => action.name));
  });

  it('says steps by the slugs that its actions get', () => {
    for (const { actions } of workflowTemplates) {
      const slugs = new Set(actions.map(({ name }) => slugOf(name)));
      for (const { parameters_template } of actions) {
        for (const [, step = ''] of parameters_template.matchAll(/steps\.(\w+)/g))
          expect(slugs).toContain(step);
      }
    }
  });
});

describe('starting from a template', () => {
  const base = { name: 'Mine', auth_type: 'api_key', template_slug: 'slack-bot' } as const;

  it('takes what the input says, and the rest from the template', () => {
    const input = filledConnection({ ...base, host: 'https://slack.test', description: null });
    expect(input).toMatchObject({
      name: 'Mine',
      host: 'https://slack.test',
      auth_template: expect.any(String),
    });
    expect(input.description).toContain('Slack');
  });

  it('keeps the metafields that are given, and asks for the others', () => {
    const metafields = [{ key: 'bot_token', type: 'password', value: 'xoxb' }];
    expect(filledConnection({ ...base, metafields })).toMatchObject({ metafields });
    expect(filledConnection(base)).toMatchObject({ metafields: [{ key: 'bot_token', is_required: true }] });
  });

  it('leaves actions as they are where the input has some', () => {
    const given = { name: 'W', template_slug: 'erp-order-sync', action_nodes: [{ order: 1, slug: 'mine' }] };
    expect(filledWorkflow(given)).toMatchObject({
      action_nodes: given.action_nodes,
      trigger: { trigger_type: 'webhook' },
    });
    expect(filledWorkflow(given)).not.toHaveProperty('actions');
  });

  it('works for an action within a workflow, unless it is one that is there', () => {
    const action = { name: 'Tell', template_slug: 'slack-notification' };
    const filled = filledWorkflow({
      name: 'W',
      template_slug: null,
      actions: [action, { ...action, id: 'wact_1' }],
    });
    expect(filled.actions[0]).toMatchObject({
      name: 'Tell',
      method: 'post',
      connection: { auth_type: 'api_key' },
    });
    expect(filled.actions[1]).toEqual({ ...action, id: 'wact_1' });
  });

  it('leaves an input alone whose template is a note of its own', () => {
    const input = { ...base, template_slug: 'our-own' };
    expect(filledConnection(input)).toEqual(input);
  });
});
