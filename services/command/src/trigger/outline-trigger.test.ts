import type { InlineTrigger } from '@karrio/contracts';
import { laterTriggerFields, type TriggerDefinition } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { at, catalogOf, commandsOf, fieldsOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { outlineCreateTrigger, outlineUpdateTrigger } from './outline-trigger.ts';
import { whyNot } from './why-not.ts';

const definition = { name: 'Orders', description: null, actionNodes: [], metadata: {}, templateSlug: null };
const workflow = recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
  id: 'wkfl_1',
  slug: 'orders',
  isActive: true,
  definition,
  at,
});
const daily = {
  triggerType: 'scheduled',
  schedule: '0 9 * * *',
  secretKey: null,
  sealedSecret: null,
  templateSlug: null,
} as const;
const aTrigger = (id: string, slug: string, over: Partial<TriggerDefinition> = {}) =>
  recorded('TriggerCreated', `trigger-${id}`, 0, {
    id,
    slug,
    workflowId: 'wkfl_1',
    definition: { ...daily, ...over },
    at,
  });
const first = aTrigger('wtrg_1', 'orders_scheduled');

const created = (input: InlineTrigger & Pick<TriggerDefinition, 'triggerType'>) =>
  outlineCreateTrigger(catalogOf(workflow, first), { workflowId: 'wkfl_1', ...input }, issue);
const updated = (input: Omit<InlineTrigger, 'id'>, over: Partial<TriggerDefinition> = {}) =>
  outlineUpdateTrigger(
    catalogOf(workflow, aTrigger('wtrg_1', 'orders_scheduled', over)),
    { id: 'wtrg_1', ...input },
    issue,
  );

describe('a trigger', () => {
  it('is added to those that its workflow has, under a slug of its own', () => {
    expect(commandsOf(created({ ...daily, name: 'Every morning' }))).toMatchObject([
      { type: 'CreateTrigger', slug: 'orders_every_morning' },
    ]);
    expect(commandsOf(created(daily))).toMatchObject([{ slug: 'orders_scheduled_2' }]);
  });

  it('starts test runs where it is made in test mode and says nothing else, and stays so', () => {
    const inTests = (input: Pick<InlineTrigger, 'testMode'>) => {
      const given = { workflowId: 'wkfl_1', ...daily, ...input };
      return outlineCreateTrigger(catalogOf(workflow, first), given, { ...issue, testMode: true });
    };
    expect(commandsOf(inTests({}))).toMatchObject([{ definition: { testMode: true } }]);
    expect(commandsOf(inTests({ testMode: false }))).toMatchObject([{ definition: { testMode: false } }]);
    const known = catalogOf(workflow, aTrigger('wtrg_1', 't', { testMode: true }));
    const revised = (input: Omit<InlineTrigger, 'id'>, testMode: boolean) =>
      commandsOf(outlineUpdateTrigger(known, { id: 'wtrg_1', ...input }, { ...issue, testMode }));
    expect(revised({ name: 'A' }, false)).toMatchObject([{ definition: { testMode: true } }]);
    expect(revised({ testMode: false }, true)).toMatchObject([{ definition: { testMode: false } }]);
  });

  it('is refused where its workflow has as many as it may', () => {
    const full = Array.from({ length: 50 }, (_, index) => aTrigger(`wtrg_${index}`, `t${index}`));
    const outline = outlineCreateTrigger(
      catalogOf(workflow, ...full),
      { workflowId: 'wkfl_1', triggerType: 'manual' },
      issue,
    );
    expect(fieldsOf(outline)).toEqual(['workflow_id']);
  });

  it('of before there were policies has the default ones, and keeps what an update does not name', () => {
    expect(commandsOf(updated({ isActive: false }))).toEqual([
      { type: 'ReviseTrigger', definition: { ...laterTriggerFields, ...daily, isActive: false }, at },
    ]);
  });

  it('lays an update of its policy over the policy that it has, and null takes the default', () => {
    const [command] = commandsOf(updated({ schedulePolicy: { timezone: 'Europe/Paris' } }));
    const before = command && 'definition' in command ? command.definition : undefined;
    expect(before).toMatchObject({ schedulePolicy: { timezone: 'Europe/Paris', overlapPolicy: 'allow' } });
    const policy = { ...(before as TriggerDefinition) };
    expect(commandsOf(updated({ schedulePolicy: { overlapPolicy: 'skip' } }, policy))).toMatchObject([
      { definition: { schedulePolicy: { timezone: 'Europe/Paris', overlapPolicy: 'skip' } } },
    ]);
    expect(commandsOf(updated({ schedulePolicy: null }, policy))).toMatchObject([
      { definition: { schedulePolicy: null } },
    ]);
  });

  it('that becomes manual forgets its schedule', () => {
    expect(commandsOf(updated({ triggerType: 'manual' }))).toMatchObject([
      { definition: { triggerType: 'manual', schedule: null, schedulePolicy: null } },
    ]);
  });

  const policy = (schedulePolicy: InlineTrigger['schedulePolicy']) => ({ ...daily, schedulePolicy });
  it.each([
    ['without times', { triggerType: 'scheduled' as const }, ['schedule']],
    ['an hour that there is not', { ...daily, schedule: '0 25 * * *' }, ['schedule']],
    ['a day that never comes', { ...daily, schedule: '0 0 30 2 *' }, ['schedule']],
    ['a place that there is not', policy({ timezone: 'Europe/Atlantis' }), ['schedule_policy.timezone']],
    ['an end that is over', policy({ endsAt: '2020-01-01T00:00:00.000Z' }), ['schedule']],
    [
      'an end before its start',
      policy({ startsAt: '2027-01-02T00:00:00.000Z', endsAt: '2027-01-01T00:00:00.000Z' }),
      ['schedule_policy.ends_at'],
    ],
    ['times for one that has none', { ...daily, triggerType: 'manual' as const }, ['schedule']],
    ['an event trigger without events', { triggerType: 'event' as const }, ['event.types']],
  ])('is refused with %s, naming the field', (_, input, fields) => {
    expect(fieldsOf(created(input))).toEqual(fields);
  });
});

it('starts runs of its own workflow while it is live and active; a person may run it when it is paused', () => {
  const paused = aTrigger('wtrg_2', 'p', { isActive: false });
  const catalog = catalogOf(workflow, first, paused);
  const code = (triggerId: string, eventType: 'scheduled' | 'manual', workflowId = 'wkfl_1') =>
    whyNot(catalog, { workflowId, eventType, triggerId })?.code;
  expect(code('wtrg_1', 'scheduled')).toBeUndefined();
  expect(code('wtrg_2', 'scheduled')).toBe('inactive');
  expect(code('wtrg_2', 'manual')).toBeUndefined();
  expect(code('wtrg_1', 'scheduled', 'wkfl_2')).toBe('not-found');
  expect(code('wtrg_3', 'manual')).toBe('not-found');
});
