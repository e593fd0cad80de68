import type { EventPolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../catalog/catalog.ts';
import { at, recorded } from '../definition/catalog.fixture.ts';
import { judge, listenersTo } from './listeners.ts';

const aWorkflow = recorded('WorkflowCreated', 'workflow-wkfl_1', 0, {
  id: 'wkfl_1',
  slug: 'orders',
  isActive: true,
  definition: { name: 'Orders', description: null, actionNodes: [], metadata: {}, templateSlug: null },
  at,
});
const definition = (over: object = {}) => ({
  triggerType: 'event',
  schedule: null,
  secretKey: null,
  sealedSecret: null,
  templateSlug: null,
  event: { types: ['order.*', 'shipment.>'], filter: null, templateEngine: 'handlebars' },
  ...over,
});
const aTrigger = recorded('TriggerCreated', 'trigger-wtrg_1', 0, {
  id: 'wtrg_1',
  slug: 'orders_event',
  workflowId: 'wkfl_1',
  definition: definition(),
  at,
});
const revised = (revision: number, over: object) =>
  recorded('TriggerRevised', 'trigger-wtrg_1', revision, { definition: definition(over), at });

describe('what listens to an event', () => {
  it('is each trigger of which a pattern has its type, as the definitions are now', () => {
    const catalog = createCatalog();
    const idsTo = (type: string) => listenersTo(catalog.of('org_1'), type).map(({ triggerId }) => triggerId);
    for (const event of [aWorkflow, aTrigger]) catalog.apply(event);
    expect([idsTo('order.created'), idsTo('shipment.a.b'), idsTo('orders.created')]).toEqual([
      ['wtrg_1'],
      ['wtrg_1'],
      [],
    ]);
    catalog.apply(revised(1, { isActive: false }));
    expect(idsTo('order.created')).toEqual([]);
    catalog.apply(revised(2, {}));
    expect(idsTo('order.created')).toEqual(['wtrg_1']);
    catalog.apply(recorded('WorkflowDeactivated', 'workflow-wkfl_1', 1, { at }));
    expect(idsTo('order.created')).toEqual([]);
    catalog.apply(recorded('WorkflowActivated', 'workflow-wkfl_1', 2, { at }));
    expect(idsTo('order.created')).toEqual(['wtrg_1']);
    expect(listenersTo(catalog.of('org_2'), 'order.created')).toEqual([]);
    catalog.apply(revised(3, { triggerType: 'webhook', event: null }));
    expect(idsTo('order.created')).toEqual([]);
  });
});

describe('a filter', () => {
  const judged = (filter: string | null, over: Partial<EventPolicy> = {}) =>
    judge({ types: ['a'], filter, templateEngine: 'handlebars', ...over }, { type: 'a', data: { total: 7 } });

  it.each([
    [null, true],
    ['{{gt parameters.data.total 5}}', true],
    ['{{gt parameters.data.total 7}}', false],
    ['{"result": {{eq parameters.type "a"}} }', true],
    ['{{parameters.data.none}}', false],
  ])('%s passes the event: %s', (filter, passes) => {
    expect(judged(filter)).toEqual({ passes });
  });

  it('is written in either language', () => {
    const engine = { templateEngine: 'jinja' } as const;
    expect(judged('{{ parameters.data.total > 6 and parameters.type == "a" }}', engine)).toEqual({
      passes: true,
    });
  });

  it.each(['{{parameters.data}}', '{{#each', 'perhaps'])('that says neither, as %s, says why', (filter) => {
    expect(judged(filter)).toEqual({ problem: expect.any(String) });
  });
});
