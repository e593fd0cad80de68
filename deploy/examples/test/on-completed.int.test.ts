import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { subjects, type CloudEvent } from '@karrio/contracts';
import { connectNats } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats } from '@karrio/testing';
import { describe, expect, it } from 'vitest';

const ended = (id: string, event: 'succeeded' | 'failed'): CloudEvent => ({
  specversion: '1.0',
  id: `event-of-${id}`,
  source: '/organizations/org_1',
  type: `io.karrio.workflow_event.${event}`,
  subject: id,
  time: '2026-11-22T08:00:00.000Z',
  datacontenttype: 'application/json',
  data: { id },
});

const startExample = (nats: string) => {
  const program = spawn(process.execPath, [resolve(import.meta.dirname, '../on-completed.ts'), nats]);
  let printed = '';
  program.stdout.on('data', (text) => (printed += String(text)));
  program.stderr.on('data', (text) => (printed += String(text)));
  return {
    printed: () => printed,
    [Symbol.asyncDispose]: async () => {
      program.kill('SIGTERM');
      if (program.exitCode === null) await once(program, 'exit');
    },
  };
};

describe('the example subscriber', () => {
  it('prints each completed workflow once, also one that completed while it was away', async () => {
    await using nats = await freshNats();
    await using bus = await connectNats({ url: nats.url, name: 'test', log: createLogger('test', 'silent') });
    const announce = (id: string, event: 'succeeded' | 'failed') => {
      const subject = subjects.event.of({ org: 'org_1', entity: 'workflow_event', event });
      return bus.persist(subject, ended(id, event), id);
    };

    {
      await using example = startExample(nats.url);
      await announce('wevt_1', 'failed');
      await announce('wevt_2', 'succeeded');
      await eventually('it has printed the run', () => example.printed().includes('wevt_2'));
      expect(example.printed()).not.toContain('wevt_1');
    }
    await announce('wevt_3', 'succeeded');
    await using again = startExample(nats.url);
    await eventually('it has printed what it missed', () => again.printed().includes('wevt_3'));
    expect(again.printed()).not.toContain('wevt_2');
  });
});
