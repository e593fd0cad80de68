import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { eventually } from '@karrio/testing';
import { describe, expect, inject, it } from 'vitest';
import { completedEvents } from './support/completed-events.ts';
import { gatewayClient } from './support/gateway-client.ts';
import { inline, mappingAction, newTag } from './support/workflow.ts';

const stack = inject('stack');
const client = gatewayClient(stack);

const echo = async (): Promise<string> => {
  const tag = newTag();
  const actions = [mappingAction(`Echo ${tag}`, '{"said": {{json parameters.say}} }')];
  const trigger = { trigger_type: 'webhook' };
  return (await client.make('create_workflow', inline(`Echo ${tag}`, actions, { trigger }))).id;
};

const complete = async (workflowId: string): Promise<string> => {
  const { body } = await client.trigger(workflowId, { query: '?wait=50s', body: '{"say": "hi"}' });
  expect(body.status).toBe('success');
  return body.id;
};

describe('a subscriber outside', () => {
  it('gets one CloudEvent for each completed run', async () => {
    await using events = await completedEvents(stack.nats);
    const workflowId = await echo();
    const ids = await Promise.all(Array.from({ length: 10 }, () => complete(workflowId)));
    // Announced in the order of the log: after this one, none of the ten can come.
    const last = await complete(workflowId);
    await eventually('the last run is announced', () => events.of(last).length > 0);

    for (const id of ids) {
      expect(events.of(id)).toEqual([
        expect.objectContaining({
          specversion: '1.0',
          id: expect.any(String),
          type: 'io.karrio.workflow_event.succeeded',
          source: expect.stringMatching(/^\/organizations\/org_/),
          subject: id,
          time: expect.any(String),
          data: expect.objectContaining({ id, object_type: 'workflow_event', workflow_id: workflowId }),
        }),
      ]);
    }
    expect(new Set(events.all().map(({ id }) => id)).size).toBe(events.all().length);
  });

  it('can be the example, which prints what completes', async () => {
    const example = resolve(import.meta.dirname, '../../deploy/examples/on-completed.ts');
    const program = spawn(process.execPath, [example, stack.nats]);
    const ended = once(program, 'exit');
    let printed = '';
    program.stdout.on('data', (text) => (printed += String(text)));
    try {
      const id = await complete(await echo());
      await eventually('the run is printed', () => printed.includes(id));
      expect(printed.split('\n').filter((line) => line.includes(id))).toEqual([
        expect.stringContaining('io.karrio.workflow_event.succeeded'),
      ]);
    } finally {
      program.kill('SIGTERM');
      await ended;
    }
  });
});
