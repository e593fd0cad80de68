import type { CommandReply, Origin, RunEnded } from '@karrio/contracts';
import type { Json, ResponsePolicy } from '@karrio/domain';
import { problemOfRejection } from '../command/rejection.ts';
import type { Submit } from '../command/submit.ts';
import { problem, type Problem } from '../http/problem.ts';
import type { AcceptedRuns } from '../run/accepted-runs.ts';
import type { ReadRun } from '../run/read-run.ts';
import { briefAnswer, fullAnswer, type RunAnswer } from '../run/run-answer.ts';
import type { RunEnds } from '../run/run-ends.ts';
import { awaitEnd } from './await-end.ts';
import { mapResponse, responseContext, type MappedResponse } from './map-response.ts';

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
  triggerId?: string;
  org: string;
  actor: string;
  origin: Origin;
  eventType: 'webhook';
  testMode: boolean;
  parameters: Json;
  /** How many runs led to this one; undefined where none did. */
  depth: number | undefined;
  /** Refused where the run was asked for before. */
  isOnce: boolean;
  /** Zero: the caller does not wait for the end. */
  waitMs: number;
  /** Shapes the answer of who has waited; null: it is the run. */
  response: ResponsePolicy | null;
  /** The caller wants to see all of the run. */
  isFull: boolean;
  /** The same run may have been asked for before. */
  isRepeated: boolean;
}>;

type Outcome =
  | Readonly<{ status: 200 | 202; answer: RunAnswer }>
  | Readonly<{ mapped: MappedResponse }>
  | Readonly<{ problem: Problem }>;

/** Puts a run in the log and, where the caller waits, answers with its end. */
export const startRun = async (
  { submit, runEnds, readRun, acceptedRuns }: StartPorts,
  start: RunStart,
): Promise<Outcome> => {
  const { runId, org, waitMs, isRepeated } = start;
  // Before the command leaves: a short run may end before its acceptance is read.
  using expected = waitMs > 0 ? runEnds.expect(runId) : undefined;
  const reply = await submitRun(submit, start);
  if ('rejected' in reply) return { problem: problemOfRejection(reply.rejected) };
  const read = () => readRun.end(org, runId);
  const ended = expected && (await awaitEnd({ ended: expected.ended, waitMs, read, isRepeated }));
  acceptedRuns.told(org, runId, (ended ?? reply.accepted).position);
  if (!ended) return { status: 202, answer: briefAnswer(start) };
  // A member may ask for the run itself.
  return start.response && !start.isFull
    ? await mappedAnswer(readRun, start, start.response, ended)
    : { status: 200, answer: await endedAnswer(readRun, start, ended) };
};

const submitRun = (submit: Submit, start: RunStart): Promise<CommandReply> => {
  const { runId, workflowId, triggerId, eventType, testMode, parameters, depth, isOnce } = start;
  return submit({
    id: start.commandId,
    name: 'request_run',
    org: start.org,
    actor: start.actor,
    origin: start.origin,
    issuedAt: new Date(),
    payload: {
      runId,
      workflowId,
      eventType,
      testMode,
      parameters,
      ...(triggerId !== undefined && { triggerId }),
      ...(depth !== undefined && { depth }),
      ...(isOnce && { isOnce }),
    },
  });
};

/** A success is told from its notice alone; why a run did not succeed is worth a read. */
const endedAnswer = async (readRun: ReadRun, start: RunStart, ended: RunEnded): Promise<RunAnswer> => {
  const brief = briefAnswer(start, ended.status);
  if (ended.status === 'success' && !start.isFull) return brief;
  // The run has ended whether Postgres can tell of it or not.
  const rows = await readRun.rows(start.org, ended).catch(() => undefined);
  return rows ? fullAnswer(rows.run, rows.actions, false) : brief;
};

const mappedAnswer = async (
  readRun: ReadRun,
  { org, runId }: RunStart,
  response: ResponsePolicy,
  ended: RunEnded,
): Promise<Outcome> => {
  if (ended.status === 'failed' || ended.status === 'cancelled') {
    const message = `The run ${runId} ended as ${ended.status}, so there is no answer of it; its organisation sees why in the run.`;
    return { problem: problem('run_failed', message, { id: runId, status: ended.status }) };
  }
  const rows = await readRun.rows(org, ended);
  if (!rows) {
    const message = `${runId} has ended, but the read models do not show it yet; query it shortly.`;
    return { problem: problem('read_model_behind', message, { id: runId }) };
  }
  const mapped = mapResponse(response, responseContext(rows));
  if (!('problem' in mapped)) return { mapped };
  const message = `The run ${runId} has ended well, but the trigger's response could not be made of it: ${mapped.problem}`;
  return { problem: problem('response_failed', message, { id: runId }) };
};
