import { CloudEvent } from '@karrio/contracts';
import type { Recorded } from '@karrio/event-store-client';
import { describe, expect, it } from 'vitest';
import { announcedTypes, announcementOf } from './announcement.ts';

const recorded = (type: string, stream: string, data: object): Recorded => ({
  type,
  data,
  id: '0b0a3f2e-0000-4000-8000-000000000001',
  stream,
  revision: 3,
  position: 7n,
  recordedAt: '2026-11-22T09:00:00.000Z',
  metadata: {
    org: 'org_1',
    actor: 'a',
    $correlationId: 'c',
    $causationId: 'c',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    schema: 1,
  },
});

describe('an announcement', () => {
  const succeeded = recorded('RunSucceeded', 'run-wevt_1', {
    workflowId: 'wkfl_1',
    eventType: 'manual',
    testMode: false,
    at: '2026-11-22T09:00:00.000Z',
  });

  it('is a CloudEvent on the subject of its organisation, entity and event', () => {
    const announcement = announcementOf(succeeded);
    expect(announcement?.subject).toBe('evt.org_1.workflow_event.succeeded');
    expect(CloudEvent.parse(announcement?.event)).toEqual(announcement?.event);
    expect(announcement?.event).toMatchObject({
      type: 'io.karrio.workflow_event.succeeded',
      subject: 'wevt_1',
      id: succeeded.id,
      traceparent: succeeded.metadata.traceparent,
      data: { id: 'wevt_1', workflow_id: 'wkfl_1', event_type: 'manual', test_mode: false },
    });
  });

  it('says how many runs led to the one that ended, which is none unless it is said', () => {
    const deep = recorded('RunFailed', 'run-wevt_1', { workflowId: 'wkfl_1', depth: 2 });
    expect(announcementOf(deep)?.event).toMatchObject({ karriodepth: 2, data: { depth: 2 } });
    expect(announcementOf(succeeded)?.event).not.toHaveProperty('karriodepth');
  });

  it('has the API’s names in the policies of a trigger, too', () => {
    const signature = { scheme: 'hmac', timestampHeader: 'X-Time' };
    const definition = { triggerType: 'webhook', webhook: { signature, rateLimit: null }, event: null };
    expect(
      announcementOf(recorded('TriggerRevised', 'trigger-wtrg_1', { definition }))?.event.data,
    ).toMatchObject({
      definition: {
        trigger_type: 'webhook',
        webhook: { signature: { scheme: 'hmac', timestamp_header: 'X-Time' }, rate_limit: null },
        event: null,
      },
    });
  });

  it('names the trigger of a slot, and the slot as the API does', () => {
    const slot = { name: '2026-03-29T02:30:00+01:00', dueAt: '2026-03-29T01:30:00.000Z' };
    const skipped = { workflowId: 'wkfl_1', first: slot, last: slot, count: 1, why: 'missed' };
    const announcement = announcementOf(recorded('OccurrenceSkipped', 'schedule-wtrg_1', skipped));
    expect(announcement?.subject).toBe('evt.org_1.trigger_slot.skipped');
    const shown = { name: slot.name, due_at: slot.dueAt };
    expect(announcement?.event.data).toEqual({
      id: 'wtrg_1',
      object_type: 'trigger_slot',
      trigger_id: 'wtrg_1',
      workflow_id: 'wkfl_1',
      first: shown,
      last: shown,
      count: 1,
      why: 'missed',
    });
  });

  it('does not carry a secret, not even a sealed one', () => {
    const created = recorded('TriggerCreated', 'trigger-wtrg_1', {
      id: 'wtrg_1',
      definition: {
        triggerType: 'webhook',
        secretKey: 'X-Secret',
        sealedSecret: 'v1.canary',
        formerSecret: { sealed: 'v1.canary' },
      },
    });
    expect(JSON.stringify(announcementOf(created))).not.toContain('canary');
  });

  it('is not made of what only the engine itself follows', () => {
    expect(announcedTypes).not.toContain('RunRequested');
    expect(announcementOf(recorded('RunRequested', 'run-wevt_1', {}))).toBeUndefined();
  });
});
