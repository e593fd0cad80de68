import type { EventToWrite } from '../log/group-buffer.ts';
import type { ExpectedState } from './commit-check.ts';

export type Change =
  | Readonly<{ kind: 'append'; events: readonly EventToWrite[] }>
  | Readonly<{ kind: 'soft-delete' }>
  | Readonly<{ kind: 'tombstone' }>;

export type WriteRequest = Readonly<{
  stream: string;
  expected: ExpectedState;
  change: Change;
  /** Later than this nothing may be written: the caller takes it for failed. */
  deadlineMs: number;
  /** Called once; a success is durable by then. */
  settle: (outcome: WriteOutcome) => void;
}>;

export type WriteOutcome =
  | Readonly<{ kind: 'written'; revision: number; position: number }>
  | Readonly<{ kind: 'wrong-expected-version'; lastRevision: number }>
  | Readonly<{ kind: 'stream-deleted' }>
  | Readonly<{ kind: 'denied'; reason: string }>
  | Readonly<{ kind: 'expired' }>
  | Readonly<{ kind: 'refused'; reason: string }>;
