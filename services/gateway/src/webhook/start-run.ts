import type { CommandReply, Origin, RunEnded } from '@karrio/contracts';
import type { Json } from '@karrio/domain';
import { problemOfRejection } from '../command/rejection.ts';
import type { Submit } from '../command/submit.ts';
import type { Problem } from '../http/problem.ts';
import type { AcceptedRuns } from '../run/accepted-runs.ts';
import type { ReadRun } from '../run/read-run.ts';
import { briefAnswer, type RunAnswer } from '../run/run-answer.ts';
import type { RunEnds } from '../run/run-ends.ts';
import { awaitEnd } from './await-end.ts';

export type StartPorts = Readonly<{
  submit: Submit;
  runEnds: Pick<RunEnds, 'expect'>;
  readRun: ReadRun;
  acceptedRuns: Pick<AcceptedRuns, 'told'>;
}>;

export type RunStart = Readonly<{
  runId: string;
  commandId: string;
  workflowId: string;
  org: string;
  actor: string;
  origin: Origin;
  eventType: 'webhook';
  testMode: boolean;
  parameters: Json;
  /** Zero: the caller does not wait for the end. */
  waitMs: number;
  /** The caller wants to see all of the run. */
  isFull: boolean;
  /** The same run may have been asked for before. */
  isRepeated: boolean;
}>;

/** Puts a run in the log and, where the caller waits, answers with its end. */
export const startRun = async (
  { submit, runEnds, readRun, acceptedRuns }: StartPorts,
  start: RunStart,
): Promise<Readonly<{ status: 200 | 202; answer: RunAnswer }> | Readonly<{ problem: Problem }>> => {
  const { runId, org, waitMs, isRepeated } = start;
  // Before the command leaves: a short run may end before its acceptance is read.
  using expected = waitMs > 0 ? runEnds.expect(runId) : undefined;
  const reply = await submitRun(submit, start);
  if ('rejected' in reply) return { problem: problemOfRejection(reply.rejected) };
  const read = () => readRun.end(org, runId);
  const ended = expected && (await awaitEnd({ ended: expected.ended, waitMs, read, isRepeated }));
  acceptedRuns.told(org, runId, (ended ?? reply.accepted).position);
  return ended
    ? { status: 200, answer: await endedAnswer(readRun, start, ended) }
    : { status: 202, answer: briefAnswer(start) };
};

const submitRun = (submit: Submit, start: RunStart): Promise<CommandReply> => {
  const { runId, workflowId, eventType, testMode, parameters } = start;
  return submit({
    id: start.commandId,
    name: 'request_run',
    org: start.org,
    actor: start.actor,
    origin: start.origin,
    issuedAt: new Date(),
    payload: { runId, workflowId, eventType, testMode, parameters },
  });
};

/** A success is told from its notice alone; why a run did not succeed is worth a read. */
const endedAnswer = async (readRun: ReadRun, start: RunStart, ended: RunEnded): Promise<RunAnswer> => {
  const brief = briefAnswer(start, ended.status);
  if (ended.status === 'success' && !start.isFull) return brief;
  // The run has ended whether Postgres can tell of it or not.
  return (await readRun.full(start.org, ended).catch(() => undefined)) ?? brief;
};
