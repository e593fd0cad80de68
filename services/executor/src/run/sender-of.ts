import type { Sender } from '@karrio/actions';
import type { Journal } from './journal.ts';

/** For whom a run's requests are sent. */
export const senderOf = ({ metadata, state }: Journal, signal: AbortSignal): Sender => {
  const run = state();
  return { org: metadata.org, depth: run.status === 'absent' ? 0 : (run.request.depth ?? 0), signal };
};
