import type { Sender } from '@karrio/actions';
import type { Journal } from './journal.ts';

/** For whom a run's requests are sent. */
export const senderOf = ({ runId, metadata: { org }, state }: Journal, signal: AbortSignal): Sender => {
  const run = state();
  if (run.status === 'absent') return { org, depth: 0, signal };
  const { depth = 0, testMode } = run.request;
  return { org, depth, run: { id: runId, testMode }, signal };
};
