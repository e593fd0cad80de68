import { eventually } from '@karrio/testing';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { gatewayClient } from './support/gateway-client.ts';
import { inline, mappingAction, newTag } from './support/workflow.ts';

const client = gatewayClient(inject('stack'));
const made: string[] = [];
afterAll(async () => {
  for (const id of made) await client.change('delete_workflow', { id });
});

const eachSecond = '* * * * * *';

const scheduled = async (trigger: object) => {
  const tag = newTag();
  const action = mappingAction(
    `Report ${tag}`,
    '{"region": "{{parameters.region}}", "at": "{{parameters.schedule.slot}}"}',
  );
  const workflow = inline(`Scheduled ${tag}`, [action], {
    trigger: { trigger_type: 'scheduled', ...trigger },
  });
  const { id, trigger: first } = await client.make('create_workflow', workflow);
  made.push(id);
  return { id: String(id), triggerId: String(first.id), action: `report_${tag}` };
};

const readTriggers = async (id: string) => {
  const fields =
    'id name is_active is_due next_run_at last_run_at next_run_description schedule_policy { timezone overlap_policy }';
  const text = `query ($id: String!) { workflow(id: $id) { trigger { id } triggers { ${fields} } } }`;
  return (await client.query(text, { id })).workflow;
};

const slotsOf = async (triggerId: string, filter: object = {}) => {
  const text = `query ($filter: TriggerSlotFilter!) { trigger_slots(filter: $filter) { edges { node {
    slot due_at count status reason run_id } } } }`;
  const { trigger_slots } = await client.query(text, { filter: { trigger_id: triggerId, ...filter } });
  return trigger_slots.edges.map(({ node }: { node: object }) => node);
};

/** Waits for it: a slot is in its ledger before its run is asked for (docs/decisions/0020). */
const readRun = (id: string) =>
  eventually('the run of the slot can be read', async () => {
    const text =
      'query ($id: String!) { workflow_event(id: $id) { trigger_id slot due_at event_type parameters } }';
    return (await client.query(text, { id })).workflow_event;
  });

const runNow = async (triggerId: string) => {
  const text = `mutation ($id: String!) { trigger_scheduled_workflow(trigger_id: $id) {
    errors { field messages } workflow_event { id trigger_id slot event_type parameters } } }`;
  return (await client.query(text, { id: triggerId })).trigger_scheduled_workflow;
};

describe('a schedule', () => {
  it('starts runs that know their slot, and tells what became of each', async () => {
    const { id, triggerId, action } = await scheduled({ schedule: eachSecond, parameters: { region: 'eu' } });
    const [fired] = await eventually('a slot was fired', async () => {
      const slots = await slotsOf(triggerId, { status: 'fired' });
      return slots.length > 0 && slots;
    });
    const run = await readRun(fired.run_id);
    expect(run).toEqual({
      trigger_id: triggerId,
      slot: fired.slot,
      due_at: fired.due_at,
      event_type: 'scheduled',
      parameters: { region: 'eu', schedule: { slot: fired.slot, due_at: fired.due_at } },
    });
    const { status, records } = await client.endOf(fired.run_id);
    expect(status).toBe('success');
    expect(
      records.find(({ key, meta }) => key === 'action-output' && meta.workflow_action_slug === action),
    ).toMatchObject({
      record: { output: { region: 'eu', at: fired.slot } },
    });
    const [trigger] = (await readTriggers(id)).triggers;
    expect(trigger).toMatchObject({ is_active: true, next_run_description: 'Every second (UTC)' });
    expect(Date.parse(trigger.next_run_at)).toBeGreaterThan(Date.parse(trigger.last_run_at) - 1_000);
  });

  it('is one of several triggers, and counted with them', async () => {
    const { id, triggerId } = await scheduled({
      schedule: '0 9 * * *',
      schedule_policy: { timezone: 'Europe/Berlin' },
    });
    const more = { workflow_id: id, trigger_type: 'scheduled', schedule: '@hourly', name: 'Hourly' };
    const { id: second } = await client.make('create_workflow_trigger', more);
    expect(await readTriggers(id)).toMatchObject({
      trigger: { id: triggerId },
      triggers: [
        { next_run_description: 'At 09:00 (Europe/Berlin)', last_run_at: null, is_due: false },
        { id: second, name: 'Hourly', schedule_policy: { timezone: 'UTC', overlap_policy: 'allow' } },
      ],
    });
    const { scheduler_status: status, scheduled_workflows: list } = await client.query(
      '{ scheduler_status { registered_triggers_count registered_trigger_ids } scheduled_workflows { edges { node { id } } } }',
    );
    expect(status.registered_trigger_ids).toEqual(expect.arrayContaining([triggerId, second]));
    expect(status.registered_triggers_count).toBe(status.registered_trigger_ids.length);
    expect(list.edges).toContainEqual({ node: { id } });
  });

  it('that is paused starts nothing, but for who runs it now; and what passed is told when it goes on', async () => {
    const { id, triggerId } = await scheduled({
      schedule: eachSecond,
      is_active: false,
      parameters: { region: 'us' },
    });
    const { errors, workflow_event: run } = await runNow(triggerId);
    expect(errors).toBeNull();
    expect(run).toMatchObject({
      trigger_id: triggerId,
      slot: null,
      event_type: 'manual',
      parameters: { region: 'us' },
    });
    expect((await client.endOf(run.id)).status).toBe('success');
    expect((await readTriggers(id)).triggers).toMatchObject([
      { is_active: false, next_run_at: null, is_due: false },
    ]);
    const pausedMs = Date.now();
    await eventually('a second has passed', () => Date.now() > pausedMs + 1_500);
    await client.make('update_workflow_trigger', { id: triggerId, is_active: true });
    const slots = await eventually('it has gone on', async () => {
      const found = await slotsOf(triggerId);
      return found.some(({ status }: { status: string }) => status === 'fired') && found;
    });
    expect(slots.at(-1)).toMatchObject({ status: 'skipped', reason: 'paused', run_id: null });
    expect(slots.filter(({ reason }: { reason: string }) => reason === 'paused')).toHaveLength(1);
  });

  it('of nobody is run by nobody', async () => {
    expect(await runNow('wtrg_none')).toMatchObject({
      errors: [{ field: 'trigger_id' }],
      workflow_event: null,
    });
  });

  it.each([
    ['0 9 * * MON-FRI', 'Europe/Berlin', true, ''],
    ['0 25 * * *', 'UTC', false, 'Field 2 (hour) cannot be 25'],
    ['0 9 * * *', 'Europe/Atlantis', false, 'There is no time zone Europe/Atlantis'],
  ])('%s in %s is looked at before it is used', async (expression, timezone, isValid, message) => {
    const text = `mutation ($input: ValidateCronExpressionInput!) { validate_cron_expression(input: $input) {
      is_valid description next_run_times error_message } }`;
    const { validate_cron_expression: verdict } = await client.query(text, {
      input: { expression, timezone },
    });
    expect(verdict.is_valid).toBe(isValid);
    expect(verdict.next_run_times?.length ?? 0).toBe(isValid ? 5 : 0);
    expect(verdict.error_message ?? '').toContain(message);
  });
});
