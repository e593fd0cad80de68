import { expect, it } from 'vitest';
import { completePlan, isPlanSealed } from '../plan/plan.ts';
import { isRunEvent } from './event.ts';
import { next, takeOver } from './interpreter.ts';
import { evolveRun, noRun } from './state.ts';

/** As the log has them since before actions had connections, policies, template engines and retries. */
const sealed = JSON.parse(
  '{"type":"PlanSealed","data":{"hash":"h","plan":{"workflowId":"wkfl_1","workflowSlug":"w","workflowName":"W","metadata":{},"steps":[{"order":1,"actions":[{"id":"wact_a","slug":"a","name":"A","actionType":"http_request","description":null,"host":"https://h","port":null,"endpoint":null,"method":"post","parametersType":null,"parametersTemplate":null,"headerTemplate":null,"contentType":null,"metadata":{},"templateSlug":null}]}]}}}',
);
const stream = [
  '{"type":"RunRequested","data":{"workflowId":"wkfl_1","planHash":"h","eventType":"manual","testMode":false,"parameters":{},"at":"2026-10-01T09:00:00.000Z"}}',
  '{"type":"RunStarted","data":{"at":"2026-10-01T09:00:00.010Z"}}',
  '{"type":"ActionStarted","data":{"slug":"a","actionId":"wact_a","actionType":"http_request","order":1,"attempt":1,"request":{"method":"POST","url":"https://h/","headers":{},"body":null},"idempotencyKey":"k","at":"2026-10-01T09:00:00.010Z"}}',
];
const failed =
  '{"type":"ActionFailed","data":{"slug":"a","actionId":"wact_a","actionType":"http_request","order":1,"attempt":1,"failure":{"code":"http-status","message":"503","details":{"status":503}},"response":{"status":503,"headers":{},"bytes":0},"output":{"json":null},"startedAt":"2026-10-01T09:00:00.010Z","at":"2026-10-01T09:00:00.020Z"}}';
const unknown =
  '{"type":"ActionOutcomeUnknown","data":{"slug":"a","actionId":"wact_a","actionType":"http_request","order":1,"attempt":1,"resolution":"fail","at":"2026-10-01T09:00:00.020Z"}}';
const later = '{"type":"ActionForetold","data":{"slug":"a","at":"2026-10-01T09:00:00.030Z"}}';

const at = '2026-11-22T09:00:00.000Z';
if (!isPlanSealed(sealed)) throw new Error('the plan is not recognised');
const plan = completePlan(sealed.data.plan);
const fold = (...lines: readonly string[]) =>
  [...stream, ...lines]
    .map((line) => JSON.parse(line))
    .filter(isRunEvent)
    .reduce(evolveRun, noRun);

it('a stream of an older build folds to what it meant then', () => {
  expect(next(plan, fold(), at)).toEqual({ idle: 'in-flight' });
  expect(next(plan, fold(failed), at)).toMatchObject({
    conclude: { type: 'RunFailed', data: { failure: { code: 'http-status', action: 'a' } } },
  });
  expect(next(plan, fold(unknown), at)).toMatchObject({
    conclude: { type: 'RunFailed', data: { failure: { code: 'outcome-unknown' } } },
  });
});

it('a plan of an older build has its actions complete', () => {
  expect(takeOver(plan, fold(), at)).toMatchObject([{ data: { resolution: 'park' } }]);
  expect(plan.steps[0]?.actions[0]).toMatchObject({
    connection: null,
    http: { retry: null },
    metafields: {},
  });
});

it('events of a newer build are skipped', () => {
  expect(fold(failed, later)).toEqual(fold(failed));
});
