import { newId, streams, type Command, type CommandName } from '@karrio/contracts';
import { connectEventStore } from '@karrio/event-store-client';
import { connectNats } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats, startEventStore } from '@karrio/testing';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startCommandService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const aCommand = (name: CommandName, payload: Command['payload']): Command => ({
  id: newId('command'),
  name,
  org: 'org_1',
  actor: 'key_1',
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 30_000).toISOString(),
  payload,
});

it('a run or rerun beyond the backlog is refused and not written, also after a restart; what is in it is answered', async () => {
  await using server = await startEventStore();
  await using nats = await freshNats();
  const config = loadConfig({
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    RUN_BACKLOG_MAX: '2',
  });
  await using store = connectEventStore({ url: server.url, log });
  await using bus = await connectNats({ url: nats.url, name: 'test', log });
  const first = await startCommandService(config, log);
  const actions = [{ name: 'Map', actionType: 'data_mapping', parametersTemplate: '{}' }];
  const made = await bus.command(
    aCommand('create_workflow', { name: 'W', actions, actionNodes: [{ order: 1, index: 0 }] }),
    20_000,
  );
  const workflowId = 'accepted' in made ? made.accepted.id : '';
  const request = (runId: string) => {
    const payload = { runId, workflowId, eventType: 'manual', testMode: false, parameters: {} };
    return bus.command(aCommand('request_run', payload), 20_000);
  };
  const runs = [newId('run'), newId('run'), newId('run')] as const;
  expect(await request(runs[0])).toMatchObject({ accepted: { id: runs[0] } });
  expect(await request(runs[1])).toMatchObject({ accepted: { id: runs[1] } });
  await first[Symbol.asyncDispose]();

  await using _ = await startCommandService(config, log);
  // What is refused is not written, so it may be sent again and again.
  const accepted: string[] = [runs[0], runs[1]];
  const isRefused = async () => {
    const runId = newId('run');
    const reply = await request(runId);
    if ('accepted' in reply) accepted.push(runId);
    return 'rejected' in reply;
  };
  await eventually('the log is read', isRefused);
  expect(await request(runs[2])).toMatchObject({ rejected: { code: 'backlog-full' } });
  expect(await store.read(streams.run(runs[2]))).toEqual([]);
  expect(await request(runs[0])).toMatchObject({ accepted: { id: runs[0] } });

  // Those that have ended make room, and repetitions of them take it.
  for (const id of accepted) await bus.command(aCommand('cancel_run', { id }), 20_000);
  const rerun = (runId: string) => {
    const payload = { runId, originId: runs[1], from: 'whole', plan: 'original', testMode: false };
    return bus.command(aCommand('rerun_run', payload), 20_000);
  };
  const again = [newId('run'), newId('run')] as const;
  for (const id of again) await eventually('there is room', async () => 'accepted' in (await rerun(id)));
  expect(await rerun(newId('run'))).toMatchObject({ rejected: { code: 'backlog-full' } });
  expect(await request(runs[2])).toMatchObject({ rejected: { code: 'backlog-full' } });
  expect(await rerun(again[0])).toMatchObject({ accepted: { id: again[0] } });
});
