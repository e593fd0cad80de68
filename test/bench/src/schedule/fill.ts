import { randomUUID } from 'node:crypto';
import { newId, streams } from '@karrio/contracts';
import { defaultSchedulePolicy, laterTriggerFields } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';

const metadata = { org: 'org_1', actor: 'bench', $correlationId: 'c', $causationId: 'c', schema: 1 } as const;
const triggersOfWorkflow = 100;
const inFlight = 200;

/** Once a year, each at a second of its own: as many schedules to read as there are triggers. */
const yearly = (index: number): string =>
  `${index % 60} ${Math.floor(index / 60) % 60} ${Math.floor(index / 3_600) % 24} ${1 + (Math.floor(index / 86_400) % 28)} 1 *`;

/** Workflows without actions, and their triggers; the first `due` ones come each minute. */
export const fillWithTriggers = async (store: EventStore, count: number, due: number): Promise<void> => {
  const at = new Date().toISOString();
  const write = (stream: string, type: string, data: object) =>
    store.append(stream, [{ type, data, id: randomUUID(), metadata }], 'no-stream');
  let workflowId = '';
  const writes: (() => Promise<unknown>)[] = [];
  for (let index = 0; index < count; index++) {
    if (index % triggersOfWorkflow === 0) {
      const id = newId('workflow');
      workflowId = id;
      const definition = { name: id, description: null, actionNodes: [], metadata: {}, templateSlug: null };
      writes.push(() =>
        write(streams.workflow(id), 'WorkflowCreated', { id, slug: id, isActive: true, definition, at }),
      );
    }
    const id = newId('trigger');
    const definition = {
      ...laterTriggerFields,
      triggerType: 'scheduled',
      schedule: index < due ? '* * * * *' : yearly(index),
      schedulePolicy: { ...defaultSchedulePolicy, timezone: 'Europe/Berlin' },
      secretKey: null,
      sealedSecret: null,
      templateSlug: null,
    };
    const data = { id, slug: id, workflowId, definition, at };
    writes.push(() => write(streams.trigger(id), 'TriggerCreated', data));
  }
  for (let from = 0; from < writes.length; from += inFlight) {
    await Promise.all(writes.slice(from, from + inFlight).map((each) => each()));
  }
};
