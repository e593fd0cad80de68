import { evolveRun, isRunEvent, noRun } from '@karrio/domain';
import { eventually, startService } from '@karrio/testing';
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { openRuns } from './open-executor.ts';
import { openShop } from './shop.ts';

it('an executor that stands still beyond its lease loses its run; what it brings when it goes on changes nothing', async () => {
  const waiting: ServerResponse[] = [];
  await using shop = await openShop((_, response) => {
    if (waiting.push(response) > 1) response.end('{"by": "the second"}');
  });
  await using runs = await openRuns();
  await using frozen = await startService('executor', runs.env);
  const runId = await runs.aRun({ method: 'get', host: `http://127.0.0.1:${shop.port}` });
  runs.wake(runId);
  await eventually('its request is out', () => waiting.length === 1);
  process.kill(frozen.pid, 'SIGSTOP');
  try {
    await using _ = await runs.startExecutor();
    const ended = (await runs.endOf(runId)).length;
    // The answer that the first one waited for is there when it goes on.
    waiting[0]?.end('{"by": "the first"}');
    process.kill(frozen.pid, 'SIGCONT');
    await eventually('it told what it brought', async () => (await runs.eventsOf(runId)).length > ended);
  } finally {
    process.kill(frozen.pid, 'SIGCONT');
  }
  const events = await runs.eventsOf(runId);
  // How often its wake-up was delivered before the lease was over, and is noted from the third time on, is chance.
  const types = events.map(({ type }) => type).filter((type) => type !== 'RunTakenAgain');
  expect(types).toEqual([
    'RunRequested',
    'RunStarted',
    'ActionStarted',
    'ActionOutcomeUnknown',
    'ActionStarted',
    'ActionSucceeded',
    'RunSucceeded',
    'ActionCompletedLate',
  ]);
  expect(events.at(-1)?.data).toMatchObject({
    attempt: 1,
    succeeded: true,
    output: { json: { by: 'the first' } },
  });
  const run = events.filter(isRunEvent).reduce(evolveRun, noRun);
  if (run.status !== 'ended') throw new Error('not ended');
  expect(run.actions.get('a')).toMatchObject({ attempt: 2, output: { json: { by: 'the second' } } });
  expect(shop.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([`${runId}-a`, `${runId}-a`]);
});
