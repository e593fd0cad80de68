import type { CommandReply } from '@karrio/contracts';
import { rejected } from '../reply.ts';

/** Why a run is not started that too many runs lead to; undefined where it may be. */
export const tooDeep = (depth: number | undefined, depthMax: number): CommandReply | undefined =>
  depth === undefined || depth <= depthMax
    ? undefined
    : rejected(
        'loop-detected',
        'workflow_id',
        `${depth} runs led to this one, each of which started the next, so it was not started: do these workflows start each other? ` +
          'Where they are meant to, have the operator raise RUN_DEPTH_MAX.',
      );
