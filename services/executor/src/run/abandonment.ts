import { abortCauseOf, deadlineOf, type AbortCause, type Plan } from '@karrio/domain';
import { setMaxListeners } from 'node:events';
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

/** A timer of Node counts to some 24 days. */
const timerMsMax = 2 ** 31 - 1;

/** Watches over the requests of one run while they are under way. */
export const watchOver = ({ now }: Pick<RunPorts, 'now'>, journal: Journal, plan: Plan): Abandonment => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const consider = () => {
    const because = abortCauseOf(plan, journal.state(), isoTime(now()));
    if (because) controller.abort(new Abandoned(because));
  };
  const run = journal.state();
  const deadline = run.status === 'open' ? deadlineOf(plan, run) : undefined;
  const leftMs = deadline === undefined ? undefined : Date.parse(deadline) - now();
  const timer =
    leftMs === undefined ? undefined : setTimeout(consider, Math.min(Math.max(leftMs, 0), timerMsMax));
  return {
    signal: controller.signal,
    consider,
    fail: (error) => controller.abort(error),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
};
