import type { CommandReply } from '@karrio/contracts';
import { rejected } from '../reply.ts';

/** `field` is what the caller named to begin the run. */
export const backlogFull = (field: string): CommandReply =>
  rejected(
    'backlog-full',
    field,
    'The organisation has as many unfinished runs as it may, so nothing was accepted. ' +
      'Send it again when some have ended; cancel runs that hang; or have the operator raise RUN_BACKLOG_MAX.',
  );
