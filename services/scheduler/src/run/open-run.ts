import type { PauseEvent, RunEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import { z } from 'zod';

/** What the keeper of time knows of a run that has begun and has not ended. */
export type OpenRun = Readonly<{
  runId: string;
  org: string;
  /** Missing in a snapshot of an older build: such a run is woken though its workflow is paused. */
  workflowId?: string;
  /** Nothing is to do before, in milliseconds since 1970. */
  untilMs?: number;
  isPaused?: boolean;
  /** The action that it waits for a person for; '' where it is the whole run. */
  parkedFor?: string;
  /** Its executor ends it, also where it is paused. */
  isCancelled?: boolean;
}>;

/** What was known at a position of the log. */
export type OpenRunsThen = Readonly<{
  runs: readonly OpenRun[];
  /** The workflows and organisations that were paused. */
  paused: readonly string[];
}>;

export const OpenRunsThen: z.ZodType<OpenRunsThen> = z.object({
  runs: z.array(
    z.object({
      runId: z.string(),
      org: z.string(),
      workflowId: z.string().exactOptional(),
      untilMs: z.number().exactOptional(),
      isPaused: z.boolean().exactOptional(),
      parkedFor: z.string().exactOptional(),
      isCancelled: z.boolean().exactOptional(),
    }),
  ),
  paused: z.array(z.string()).default([]),
});

/** What changes when a run is to be woken; the rest of its events is for its executor. */
export const followedTypes = [
  'RunsPaused',
  'RunsResumed',
  'RunRequested',
  'RunWaiting',
  'RunPaused',
  'RunResumed',
  'RunParked',
  'RunRedriven',
  'ActionSettled',
  'RunCancelRequested',
  'RunSucceeded',
  'RunFailed',
  'RunAborted',
  'RunCancelled',
] as const satisfies readonly (RunEvent | PauseEvent)['type'][];

/** Undefined once the run has ended, and for one whose beginning is not known. */
export const evolveOpenRun = (
  run: OpenRun | undefined,
  runId: string,
  event: Recorded<RunEvent>,
): OpenRun | undefined => {
  if (event.type === 'RunRequested') {
    return { runId, org: event.metadata.org, workflowId: event.data.workflowId };
  }
  if (!run) return undefined;
  switch (event.type) {
    case 'RunWaiting':
      return { ...run, untilMs: Date.parse(event.data.until) };
    case 'RunPaused':
      return { ...run, isPaused: true };
    case 'RunParked':
      return { ...run, parkedFor: event.data.action ?? '' };
    case 'RunResumed':
      return { ...lookedAtAnew(run), isPaused: false };
    case 'RunRedriven':
      return unparked(run);
    case 'ActionSettled':
      return run.parkedFor === undefined ? run : unparked(run);
    case 'RunCancelRequested':
      return { ...lookedAtAnew(run), isCancelled: true };
    case 'RunSucceeded':
    case 'RunFailed':
    case 'RunAborted':
    case 'RunCancelled':
      return undefined;
    default:
      return run;
  }
};

/** Its executor looks at it anew, and says so when there is still to wait. */
const lookedAtAnew = ({ untilMs: _, ...run }: OpenRun): OpenRun => run;

const unparked = ({ parkedFor: _, ...run }: OpenRun): OpenRun => lookedAtAnew(run);

/** Only a person lets it go on. */
export const isHeld = (run: OpenRun): boolean =>
  run.isCancelled !== true && (run.isPaused === true || run.parkedFor !== undefined);
