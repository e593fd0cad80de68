import type { JsonObject, RunEvent, Stored } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { RunNoteRow, RunNoteType } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** A row per fact that is no attempt's own: what people did to a run, and what was found out later. */
export const runNoteChange = (
  runId: string,
  event: Recorded<RunEvent>,
): RowChange<RunNoteRow> | undefined => {
  const noted = notedBy(event);
  if (!noted) return undefined;
  const { slug, attempt } = 'attempt' in event.data ? event.data : { slug: null, attempt: null };
  return {
    created: {
      run_id: runId,
      revision: event.revision,
      org_id: event.metadata.org,
      slug,
      attempt,
      noted_at: event.data.at,
      ...noted,
    },
  };
};

const notedBy = (event: RunEvent): Readonly<{ type: RunNoteType; detail: JsonObject }> | undefined => {
  const { type, data } = event;
  switch (type) {
    case 'RunPaused':
    case 'RunResumed':
    case 'RunRedriven':
      return { type, detail: { by: data.by } };
    case 'RunHeld': {
      const { scope, since, until, by, reason } = data;
      return { type, detail: { scope, since, until, by, ...(reason !== undefined && { reason }) } };
    }
    case 'RunTakenAgain':
      return { type, detail: { deliveries: data.deliveries, error: takenAgain(data.deliveries) } };
    case 'RunCancelRequested':
      return { type, detail: { by: data.by, ...(data.reason !== undefined && { reason: data.reason }) } };
    case 'RunParked':
      return { type, detail: { error: { code: data.cause, message: data.message } } };
    case 'ActionSettled': {
      const { as, by, note, output } = data;
      return { type, detail: { as, by, ...(note !== undefined && { note }), ...outputOf(output) } };
    }
    case 'ActionProbed':
      return { type, detail: { verdict: data.verdict, ...exchangeOf(data) } };
    case 'ActionCompletedLate':
      return { type, detail: { status: data.succeeded ? 'success' : 'failed', ...exchangeOf(data) } };
    default:
      return undefined;
  }
};

/** The timeline shows it as why a run came to a stand. */
const takenAgain = (deliveries: number): JsonObject => ({
  code: 'taken-again',
  message:
    `The run was given to an executor ${deliveries} times: the ones before died, stood still, or could ` +
    'not do what it needs. If that goes on, the run is parked.',
});

type Exchange = Extract<RunEvent, { readonly type: 'ActionProbed' | 'ActionCompletedLate' }>['data'];

const exchangeOf = (data: Exchange): JsonObject => ({
  ...('request' in data && data.request && { url: data.request.url, method: data.request.method }),
  ...(data.response && { status_code: data.response.status, response_headers: data.response.headers }),
  ...(data.failure && { error: { code: data.failure.code, message: data.failure.message } }),
  ...outputOf(data.output),
});

const outputOf = (output: Stored | undefined): JsonObject =>
  output ? { output: 'json' in output ? output.json : { ...output } } : {};
