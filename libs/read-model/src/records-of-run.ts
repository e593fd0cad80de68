import type { Json, JsonObject, Stored } from '@karrio/domain';
import { recordsOfNotes } from './records-of-notes.ts';
import type { RunActionFailure, RunActionRow, RunActionStatus, RunNoteRow, RunRow } from './schema.ts';
import { recordIdOf } from './tracing-record-id.ts';
import type { TracedMembers, TracingKey, TracingRecord } from './tracing-record.ts';

/**
 * A run's timeline, oldest first. What an action was given is put together from the outputs before it, so
 * that nothing is stored twice; the same rows always give the same records with the same ids.
 */
export const recordsOfRun = (
  run: RunRow,
  actions: readonly RunActionRow[],
  notes: readonly RunNoteRow[] = [],
): readonly TracingRecord[] => {
  const known = actions.map((action) => settled(action, notes));
  return [
    ...actions.flatMap((action) =>
      momentsOf(run, action, known).map((moment) => recordOf(run, action, moment)),
    ),
    ...recordsOfNotes(run, notes),
  ].sort((a, b) => a.timestamp - b.timestamp);
};

/** An attempt as later actions know it, where its outcome was found out after its end. */
const settled = (action: RunActionRow, notes: readonly RunNoteRow[]): RunActionRow => {
  const note = notes.findLast(
    ({ slug, attempt, detail }) =>
      slug === action.slug &&
      attempt === action.attempt &&
      (detail['as'] === 'succeeded' || detail['verdict'] === 'happened'),
  );
  return note ? { ...action, status: 'success', output: { json: note.detail['output'] ?? null } } : action;
};

type Moment = Readonly<{ key: TracingKey; at: string; members: Partial<TracedMembers> }>;

/** What one attempt has to show, in the order in which it happened. */
const momentsOf = (run: RunRow, action: RunActionRow, all: readonly RunActionRow[]): readonly Moment[] => {
  const begun = action.started_at ?? action.ended_at;
  if (begun === null) return [];
  const input: Moment = { key: 'action-input', at: begun, members: inputOf(run, action, all) };
  const request = requestOf(action);
  const before = request ? [input, { key: 'request' as const, at: begun, members: request }] : [input];
  return action.ended_at === null ? before : [...before, ...outcomeOf(action, action.ended_at)];
};

const inputOf = (run: RunRow, action: RunActionRow, all: readonly RunActionRow[]): Partial<TracedMembers> => {
  const { request } = action;
  if (request === null) return { data: { parameters: run.parameters, steps: outputsBefore(action, all) } };
  const query = Object.fromEntries(URL.parse(request.url)?.searchParams ?? []);
  return { parameters: query, ...(request.body && { data: shown(request.body) }) };
};

/** The context of the action's templates: what had succeeded when its order began. */
const outputsBefore = (action: RunActionRow, all: readonly RunActionRow[]): JsonObject =>
  Object.fromEntries(
    all.flatMap(({ step_order, slug, status, output, response }) =>
      step_order < action.step_order && status === 'success' && output
        ? [[slug, { response: shown(output), ...answerOf(response) }]]
        : [],
    ),
  );

const answerOf = (response: RunActionRow['response']): JsonObject =>
  response ? { status: response.status, headers: response.headers } : {};

const requestOf = ({ request }: RunActionRow): Partial<TracedMembers> | undefined =>
  request
    ? {
        url: request.url,
        method: request.method,
        request_headers: request.headers,
        ...(request.body && { data: shown(request.body) }),
      }
    : undefined;

const outcomeOf = (action: RunActionRow, at: string): readonly Moment[] => {
  const { request, response, output, failure, status } = action;
  const url = request ? { url: request.url } : {};
  const shownOutput = output ? shown(output) : null;
  const outcome: Moment[] = [];
  if (response) {
    const { status: status_code, headers } = response;
    const members = { ...url, status_code, response_headers: headers, response: shownOutput };
    outcome.push({ key: 'response', at, members });
  }
  const error = failure ?? meaningOf[status];
  if (error) outcome.push({ key: 'error', at, members: { ...url, error: errorOf(error) } });
  const succeeded = status === 'success';
  outcome.push({
    key: 'action-output',
    at,
    members: {
      status: succeeded ? 'success' : 'failed',
      ...((succeeded || output) && { output: shownOutput }),
    },
  });
  return outcome;
};

/** What a status says where no failure does. */
const meaningOf: Readonly<Partial<Record<RunActionStatus, RunActionFailure>>> = {
  outcome_unknown: {
    code: 'outcome-unknown',
    message:
      'The process stopped after the request had left and before its answer was recorded. ' +
      'Check at the receiver whether it took effect.',
  },
  cancelled: {
    code: 'cancelled',
    message: 'The request was given up while it was under way; whether it took effect is not known.',
  },
};

const errorOf = ({ code, message, details, retryAt }: RunActionFailure): JsonObject => ({
  code,
  message,
  ...(details !== undefined && { details }),
  ...(retryAt !== undefined && { retry_at: retryAt }),
});

/** A value kept apart for its size is shown as the reference to it. */
const shown = (stored: Stored): Json => ('json' in stored ? stored.json : stored);

const recordOf = (run: RunRow, action: RunActionRow, { key, at, members }: Moment): TracingRecord => ({
  id: recordIdOf(run.id, action.slug, String(action.attempt), key),
  key,
  timestamp: Date.parse(at) / 1_000,
  test_mode: run.test_mode,
  created_at: at,
  updated_at: at,
  request_id: run.request_id,
  record: { request_id: run.request_id, action_name: action.slug, format: 'json', ...members },
  meta: {
    workflow_id: run.workflow_id,
    workflow_event_id: run.id,
    workflow_action_id: action.action_id,
    workflow_action_slug: action.slug,
    request_id: run.request_id,
    object_id: run.id,
    attempt: action.attempt,
    duration_ms:
      action.started_at === null || action.ended_at === null
        ? null
        : Date.parse(action.ended_at) - Date.parse(action.started_at),
  },
});
