import { abortCauseOf, deadlineOf, type AbortCause, type Plan } from '@karrio/domain';
import { setMaxListeners } from 'node:events';
import { holdsOf, isHeld } from '../pause/holds.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import type { Journal } from './journal.ts';

/** Why requests under way are given up: a reason that is recorded, or a fault that ends the work on the run. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
  readonly because: AbortCause;

  constructor(because: AbortCause) {
    super(because);
    this.because = because;
  }
}

export type Abandonment = Disposable &
  Readonly<{
    signal: AbortSignal;
    /** Gives up what is under way if the run's state says so by now. */
    consider: () => void;
    /** Gives up, and nothing more is recorded here. */
    fail: (error: unknown) => void;
  }>;

/** How often a run that is held beyond its deadline is looked at. */
const lookMs = 200;
/** A timer of Node counts to some 24 days. */
const timerMsMax = 2 ** 31 - 1;

/** Watches over the requests of one run while they are under way. */
export const watchOver = (
  { now, pauses }: Pick<RunPorts, 'now' | 'pauses'>,
  journal: Journal,
  plan: Plan,
): Abandonment => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let timer: NodeJS.Timeout | undefined;
  const consider = () => {
    const { org } = journal.metadata;
    const at = isoTime(now());
    const isPaused = isHeld(pauses, org, journal.state());
    if (!isPaused) journal.note(...holdsOf(pauses, org, journal.state(), at));
    const because = abortCauseOf(plan, journal.state(), at);
    // The time of a pause does not count, also while it lasts.
    if (because && !(isPaused && because === 'run-timed-out')) controller.abort(new Abandoned(because));
  };
  const awaitDeadline = () => {
    const run = journal.state();
    const deadline = run.status === 'open' ? deadlineOf(plan, run) : undefined;
    if (deadline === undefined) return;
    const waitMs = Math.min(Math.max(Date.parse(deadline) - now(), lookMs), timerMsMax);
    timer = setTimeout(() => {
      consider();
      // Held meanwhile, the run has more time than it had.
      if (!controller.signal.aborted) awaitDeadline();
    }, waitMs);
  };
  awaitDeadline();
  return {
    signal: controller.signal,
    consider,
    fail: (error) => controller.abort(error),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
};
