import { describe, expect, it } from 'vitest';
import type { Event } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { aLog, at, metadata } from './audit.fixture.ts';
import { chained } from './chain.ts';
import { checkSources } from './check-sources.ts';
import { draftEntries } from './draft-entries.ts';

const definition = { name: 'Orders', description: null, actionNodes: [], metadata: { a: 1 } };
const created: Event = {
  type: 'WorkflowCreated',
  data: { id: 'w', slug: 'orders', isActive: true, definition, at },
};
const revised = (change: object): Event => ({
  type: 'WorkflowRevised',
  data: { definition: { ...definition, ...change }, at },
});
const run = (eventType: string): Event => ({
  type: 'RunRequested',
  data: { workflowId: 'w', planHash: 'h', eventType, testMode: false, parameters: { name: 'Ada' }, at },
});

const draftsOf = (events: readonly Recorded[]) =>
  draftEntries(events, ({ stream, revision }) =>
    events.filter((each) => each.stream === stream && each.revision < revision),
  );

describe('an entry', () => {
  it('says who did what, when, from where and with which key, and the fields before and after', () => {
    const record = aLog();
    const events = [record('workflow-w', created), record('workflow-w', revised({ name: 'Returns' }))];
    expect(draftsOf(events)[1]).toMatchObject({
      at,
      actor: 'key_1',
      origin: metadata.origin,
      commandId: 'cmd_1',
      action: 'update_workflow',
      outcome: 'accepted',
      entity: { type: 'workflow', id: 'w' },
      before: { name: 'Orders' },
      after: { name: 'Returns' },
      source: { stream: 'workflow-w', revision: 1, position: '20' },
    });
  });

  it('of a creation has all fields after, of a deletion all before', () => {
    const record = aLog();
    const [made, gone] = draftsOf([
      record('workflow-w', created),
      record('workflow-w', { type: 'WorkflowDeleted', data: { at } }),
    ]);
    expect(made).toMatchObject({ before: null, after: { name: 'Orders', is_active: true, slug: 'orders' } });
    expect(gone).toMatchObject({ before: { name: 'Orders' }, after: null });
  });

  it('of a switch says which way', () => {
    const record = aLog();
    const [entry] = draftsOf([record('workflow-w', { type: 'WorkflowDeactivated', data: { at } })]);
    expect(entry).toMatchObject({ before: { is_active: true }, after: { is_active: false } });
  });

  it('shows that a secret changed, and never the secret, not even sealed', () => {
    const record = aLog();
    const withSecrets = (sealed: string): Event => ({
      type: 'ConnectionRevised',
      data: {
        definition: {
          metafields: [{ key: 'k', value: null, secret: { sealed: `v2.${sealed}`, fingerprint: sealed } }],
          credentials: { token: { sealed: `v2.${sealed}`, fingerprint: sealed } },
          sealedSecret: `v2.${sealed}`,
        },
        at,
      },
    });
    const events = ['canary1', 'canary2'].map((sealed) => record('connection-c', withSecrets(sealed)));
    const issued = record('organization-org_1', {
      type: 'ApiKeyIssued',
      data: { keyId: 'key_2', name: 'CI', hash: 'canary3', role: 'viewer', testMode: false, at },
    });
    const [, changed, key] = draftsOf([...events, issued]);
    expect(Object.keys(changed?.after ?? {})).toEqual(['metafields', 'credentials', 'sealed_secret']);
    expect(JSON.stringify([changed, key])).not.toMatch(/v2\.|canary3/);
    expect(key).toMatchObject({
      entity: { type: 'api_key', id: 'key_2' },
      after: { name: 'CI', role: 'viewer' },
    });
  });

  it('of a refused command says which, and why', () => {
    const record = aLog();
    const refusal = { code: 'not-found', errors: [{ field: 'id', messages: ['No workflow has this id.'] }] };
    const data = { command: 'update_workflow', subject: 'wkfl_1', refusal, at };
    expect(draftsOf([record('refusal-cmd_1', { type: 'CommandRefused', data })])[0]).toMatchObject({
      action: 'update_workflow',
      outcome: 'refused',
      entity: { type: 'workflow', id: 'wkfl_1' },
      refusal,
    });
  });

  it('has nothing of what a run was given', () => {
    const record = aLog();
    const [entry] = draftsOf([record('run-r', run('manual'))]);
    expect(entry?.after).toEqual({
      workflow_id: 'w',
      plan_hash: 'h',
      event_type: 'manual',
      test_mode: false,
    });
  });

  it('is one for all run requests from outside between what people did', () => {
    const record = aLog();
    const outside = (id: string) => record(`run-${id}`, run('webhook'), { actor: 'webhook' });
    const drafts = draftsOf([outside('1'), outside('2'), record('workflow-w', created), outside('3')]);
    expect(drafts.map(({ runs, actor, source }) => [runs?.count, actor, source.position])).toEqual([
      [2, 'webhook', '20'],
      [undefined, 'key_1', '30'],
      [1, 'webhook', '40'],
    ]);
  });
});

describe('the sources of a chain', () => {
  const record = aLog();
  const events = [
    record('run-1', run('webhook')),
    record('run-2', run('webhook')),
    record('workflow-w', created),
    record('run-3', run('webhook')),
    record('workflow-w', revised({ name: 'Returns' })),
  ];
  const links = chained('org_1', undefined, draftsOf(events));
  const checked = (log: readonly Recorded[]) => {
    const check = checkSources(links);
    log.forEach(check.take);
    return check.result();
  };

  it('are what the entries tell, and newer ones are counted', () => {
    expect(checked(events)).toEqual({ broken: undefined, unchained: 0 });
    expect(checked([...events, record('run-4', run('webhook'))])).toEqual({
      broken: undefined,
      unchained: 1,
    });
  });

  it('are missed, and found when they were changed or put in', () => {
    // Which entry tells of each event: the first two stand together.
    for (const [index, number] of [0, 0, 1, 2, 3].entries()) {
      const forged = events.map((event, at) =>
        at === index ? { ...event, metadata: { ...event.metadata, actor: 'somebody' } } : event,
      );
      expect(checked(forged).broken).toMatchObject({ number });
      expect(checked(events.toSpliced(index, 1)).broken).toMatchObject({ number });
    }
    const putIn = { ...record('workflow-x', created), position: 25n };
    expect(checked(events.toSpliced(2, 0, putIn)).broken).toMatchObject({ number: 1 });
  });
});
