import type { InlineTrigger } from '@karrio/contracts';
import { defaultWebhookPolicy, type TriggerDefinition } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { at, catalogOf, fieldsOf, issue, recorded } from '../definition/catalog.fixture.ts';
import { outlineCreateTrigger } from './outline-trigger.ts';
import { outlineRotateSecret } from './secret.ts';
import { shapeTrigger } from './shape-trigger.ts';

const given = (fingerprint: string) => ({ sealed: `sealed ${fingerprint}`, fingerprint });

const shaped = (input: InlineTrigger, known?: TriggerDefinition) => {
  const shape = shapeTrigger(input, known, { path: '', at });
  if ('refused' in shape) throw new Error(JSON.stringify(shape.refused));
  return shape.definition;
};
const problemsOf = (input: InlineTrigger, known?: TriggerDefinition) => {
  const shape = shapeTrigger(input, known, { path: 'trigger.', at });
  return 'refused' in shape ? shape.refused.map(({ field }) => field) : [];
};

const webhook = { triggerType: 'webhook' } as const;
const event = { triggerType: 'event' } as const;
const github = { scheme: 'github' } as const;

describe('a webhook’s policy', () => {
  it('keeps the parts that an update leaves out, and takes one that it gives as a whole', () => {
    const signature = {
      scheme: 'hmac',
      header: 'X-Sign',
      timestampHeader: 'X-Time',
      toleranceMs: 60_000,
    } as const;
    const first = shaped({
      ...webhook,
      sealedSecret: given('a'),
      webhook: { signature, rateLimit: { deliveries: 5, perMs: 1_000 } },
    });
    const updated = shaped({ webhook: { signature: github, deliveryKey: { path: 'id' } } }, first);
    expect(updated.webhook).toEqual({
      ...defaultWebhookPolicy,
      signature: { scheme: 'github', header: null, timestampHeader: null, toleranceMs: 300_000 },
      deliveryKey: { path: 'id' },
      rateLimit: { deliveries: 5, perMs: 1_000 },
    });
    expect(shaped({ webhook: { rateLimit: null } }, updated).webhook?.rateLimit).toBeNull();
    const byBody = shaped({ webhook: { deliveryKey: { body: true } } }, updated).webhook;
    expect(byBody?.deliveryKey).toEqual({ body: true });
    expect(shaped({ triggerType: 'manual' }, updated).webhook).toBeNull();
  });

  it.each<readonly [string, InlineTrigger, readonly string[]]>([
    ['a signature without a secret', { webhook: { signature: github } }, ['trigger.secret']],
    [
      'a signature beside a header that shows the secret',
      { webhook: { signature: github }, secretKey: 'X-Secret', sealedSecret: given('a') },
      ['trigger.secret_key'],
    ],
    [
      'names that no header has',
      {
        webhook: {
          signature: { scheme: 'hmac', header: 'a b', timestampHeader: 'c:d' },
          deliveryKey: { header: 'é' },
        },
        sealedSecret: given('a'),
      },
      [
        'trigger.webhook.signature.header',
        'trigger.webhook.signature.timestamp_header',
        'trigger.webhook.delivery_key.header',
      ],
    ],
    [
      'a time in a header for a scheme that has its own place for it',
      { webhook: { signature: { ...github, timestampHeader: 'X-Time' } }, sealedSecret: given('a') },
      ['trigger.webhook.signature.timestamp_header'],
    ],
    [
      'a delivery key in two places',
      { webhook: { deliveryKey: { header: 'X-Id', path: 'id' } } },
      ['trigger.webhook.delivery_key'],
    ],
    [
      'a delivery key in the body and at a path of it',
      { webhook: { deliveryKey: { body: true, path: 'id' } } },
      ['trigger.webhook.delivery_key'],
    ],
    ['a delivery key in none', { webhook: { deliveryKey: {} } }, ['trigger.webhook.delivery_key']],
    [
      'a path that is none',
      { webhook: { deliveryKey: { path: 'a..b' } } },
      ['trigger.webhook.delivery_key.path'],
    ],
    [
      'templates that cannot be read, or read what is not there',
      {
        webhook: {
          response: {
            statusTemplate: '{{#if}}',
            headerTemplate: '{{connection.token}}',
            bodyTemplate: '{"a": {{steps.x.response}} }',
          },
        },
      },
      ['trigger.webhook.response.status_template', 'trigger.webhook.response.header_template'],
    ],
  ])('refuses %s, naming the field', (_, input, fields) => {
    expect(problemsOf({ ...webhook, ...input })).toEqual(fields);
  });
});

describe('what an event trigger listens to', () => {
  it('keeps what an update leaves out', () => {
    const first = shaped({ ...event, event: { types: ['order.*'], filter: '{{parameters.data.paid}}' } });
    expect(shaped({ event: { types: ['order.>'] } }, first).event).toEqual({
      types: ['order.>'],
      filter: '{{parameters.data.paid}}',
      templateEngine: 'handlebars',
    });
    expect(shaped({ event: { filter: null } }, first).event).toMatchObject({
      types: ['order.*'],
      filter: null,
    });
  });

  it.each<readonly [string, InlineTrigger, readonly string[]]>([
    ['nothing', {}, ['trigger.event.types']],
    ['no types', { event: { types: [] } }, ['trigger.event.types']],
    [
      'patterns that are none',
      { event: { types: ['a.*', 'a.>.b', 'a*'] } },
      ['trigger.event.types[1]', 'trigger.event.types[2]'],
    ],
    [
      'a filter that cannot be read',
      { event: { types: ['a'], filter: '{{#if}}' } },
      ['trigger.event.filter'],
    ],
    [
      'a filter over what is not there',
      { event: { types: ['a'], filter: '{{steps.x}}' } },
      ['trigger.event.filter'],
    ],
    ['an empty filter', { event: { types: ['a'], filter: ' ' } }, ['trigger.event.filter']],
  ])('is refused as %s, naming the field', (_, input, fields) => {
    expect(problemsOf({ ...event, ...input })).toEqual(fields);
  });

  it('is one of so many in an organisation, since every event is held against all', () => {
    const workflow = recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
      id: 'wkfl_1',
      slug: 'orders',
      isActive: true,
      definition: { name: 'Orders', description: null, actionNodes: [], metadata: {}, templateSlug: null },
      at,
    });
    const listening = Array.from({ length: 200 }, (_, index) =>
      recorded('TriggerCreated', `trigger-wtrg_${index}`, 0, {
        id: `wtrg_${index}`,
        slug: `t${index}`,
        workflowId: 'wkfl_other',
        definition: shaped({ ...event, event: { types: ['a'] } }),
        at,
      }),
    );
    const create = (count: number) =>
      outlineCreateTrigger(
        catalogOf(workflow, ...listening.slice(0, count)),
        { workflowId: 'wkfl_1', ...event, event: { types: ['a'] } },
        issue,
      );
    expect(fieldsOf(create(199))).toEqual(['trigger']);
    expect(fieldsOf(create(200))).toEqual(['trigger_type']);
  });
});

describe('a trigger’s secret', () => {
  const known = shaped({ ...webhook, secretKey: 'X-Secret', sealedSecret: given('old') });
  const catalog = (definition: TriggerDefinition) =>
    catalogOf(
      recorded('TriggerCreated', 'trigger-wtrg_1', 0, {
        id: 'wtrg_1',
        slug: 't',
        workflowId: 'w',
        definition,
        at,
      }),
    );
  const rotated = (fingerprint: string, keepFormerMs?: number, definition = known) => {
    const payload = { id: 'wtrg_1', sealedSecret: given(fingerprint), keepFormerMs };
    const outline = outlineRotateSecret(catalog(definition), payload, {
      ...issue,
      at: '2026-11-23T09:00:00.000Z',
    });
    if ('refused' in outline) return outline.refused.map(({ field }) => field);
    const [change] = outline.changes;
    return change?.kind === 'trigger' && change.command.type === 'ReviseTrigger'
      ? change.command.definition
      : undefined;
  };

  it('that is rotated stays good for a day, or as long as it is said', () => {
    expect(rotated('new')).toMatchObject({
      sealedSecret: 'sealed new',
      shownSecret: { fingerprint: 'new', changedAt: '2026-11-23T09:00:00.000Z' },
      formerSecret: { sealed: 'sealed old', fingerprint: 'old', until: '2026-11-24T09:00:00.000Z' },
    });
    expect(rotated('new', 60_000)).toMatchObject({ formerSecret: { until: '2026-11-23T09:01:00.000Z' } });
    expect(rotated('new', 0)).toMatchObject({ formerSecret: null });
  });

  it('is not rotated into itself, nor where there is none', () => {
    expect(rotated('old')).toEqual(['secret']);
    expect(rotated('new', undefined, shaped(webhook))).toEqual(['id']);
  });

  it('that is set anew ends the former one at once; given again, it has not changed', () => {
    const formerSecret = { sealed: 'sealed older', fingerprint: 'older', until: '2026-12-01T00:00:00.000Z' };
    const during = { ...known, formerSecret };
    expect(shaped({ sealedSecret: given('leaked no more') }, during).formerSecret).toBeNull();
    const again = shapeTrigger({ sealedSecret: given('old') }, during, { path: '', at: 'later' });
    expect(again).toMatchObject({ definition: { formerSecret, shownSecret: { changedAt: at } } });
    expect(shaped({ secretKey: null, sealedSecret: null }, during)).toMatchObject({
      sealedSecret: null,
      shownSecret: null,
      formerSecret: null,
    });
  });
});
