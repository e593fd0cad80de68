import type { RunNoteRow, RunNoteType, RunRow } from './schema.ts';
import { recordIdOf } from './tracing-record-id.ts';
import type { TracingKey, TracingRecord } from './tracing-record.ts';

const keyOf: Readonly<Record<RunNoteType, TracingKey>> = {
  RunHeld: 'held',
  RunTakenAgain: 'taken-again',
  RunPaused: 'paused',
  RunResumed: 'resumed',
  RunParked: 'parked',
  RunRedriven: 'redriven',
  RunCancelRequested: 'cancel-requested',
  ActionProbed: 'probe',
  ActionSettled: 'settled',
  ActionCompletedLate: 'late',
};

/** What people did to a run, and what was found out about its actions, as lines of its timeline. */
export const recordsOfNotes = (run: RunRow, notes: readonly RunNoteRow[]): readonly TracingRecord[] =>
  notes.map(({ revision, type, slug, attempt, noted_at: at, detail }) => ({
    id: recordIdOf(run.id, 'note', String(revision)),
    key: keyOf[type],
    timestamp: Date.parse(at) / 1_000,
    test_mode: run.test_mode,
    created_at: at,
    updated_at: at,
    request_id: run.request_id,
    record: {
      request_id: run.request_id,
      format: 'json',
      ...(slug === null ? {} : { action_name: slug }),
      ...detail,
    },
    meta: {
      workflow_id: run.workflow_id,
      workflow_event_id: run.id,
      workflow_action_id: null,
      workflow_action_slug: slug,
      request_id: run.request_id,
      object_id: run.id,
      attempt,
      duration_ms: null,
    },
  }));
