import { compileRuleSet, explainDecision, RateFacts, traceConditions } from '@karrio/domain';
import { parentPort, workerData } from 'node:worker_threads';
import { testPeriod } from '../backtest/test-period.ts';
import type { FromThread, Task } from './task.ts';

const say = (message: FromThread) => parentPort?.postMessage(message);

const work = async (task: Task): Promise<FromThread> => {
  const rules = compileRuleSet(task.ruleSet);
  if (task.kind === 'backtest') {
    return {
      tested: await testPeriod(rules, task, (progress, soFar) => say({ progress, ...(soFar && { soFar }) })),
    };
  }
  const facts = RateFacts.parse(task.facts);
  return {
    explained: { ...explainDecision(rules, facts), conditions: traceConditions(task.ruleSet.rules, facts) },
  };
};

// oxlint-disable-next-line typescript/consistent-type-assertions -- what run-in-thread.ts was given
work(workerData as Task).then(say, (error: unknown) =>
  say({ failed: error instanceof Error ? error.message : String(error) }),
);
