import { subjects, type RunStatus, type WakeUp } from '@karrio/contracts';
import {
  next,
  shortWaitMs,
  takeOver,
  type Next,
  type OpenRun,
  type RunConclusion,
  type RunRequest,
} from '@karrio/domain';
import { pause, RevisionConflict } from '@karrio/event-store-client';
import { RetryLater, type Delivery } from '@karrio/messaging';
import { holdsOf, isHeld } from '../pause/holds.ts';
import type { Holding } from './holdings.ts';
import { openJournal, type Journal } from './journal.ts';
import { performTogether, type InHand } from './perform.ts';
import type { Busy } from './send-effect.ts';
import { isoTime, type RunPorts } from './run-ports.ts';
import { recallSteps, type Steps } from './steps.ts';
import type { Progress } from './take-run.ts';
import { createTakeWithCare } from './take-with-care.ts';

const statusOf: Readonly<Record<RunConclusion['type'], RunStatus>> = {
  RunSucceeded: 'success',
  RunFailed: 'failed',
  RunAborted: 'aborted',
  RunCancelled: 'cancelled',
};

/** Takes a run as far as it goes. Level-triggered: what is to do is read from the run, not from the message. */
export const createExecuteRun = (ports: RunPorts) => {
  const takeWithCare = createTakeWithCare(ports);
  return async (holding: Holding, wakeUp: WakeUp, { attempt }: Delivery): Promise<Progress> => {
    const { runId } = wakeUp;
    // Only a first delivery may trust what the message says: a later one follows somebody's work.
    const journal = await openJournal(ports.store, attempt === 1 ? wakeUp : { runId });
    const run = journal?.state();
    if (!journal || run?.status !== 'open') return 'ended';
    if (isUnderWay(run)) await waitForHolder(ports, journal);
    try {
      return await takeWithCare(journal, attempt, () => proceed(ports, journal, holding, run));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      ports.log.info(
        { run: runId, actual: error.actual },
        'run is executed by another process, dropped here',
      );
      await journal.recordLate();
      return 'left';
    }
  };
};

const proceed = async (
  ports: RunPorts,
  journal: Journal,
  holding: Holding,
  run: OpenRun,
): Promise<Progress> => {
  const plan = await ports.planOf(run.request.planHash);
  const at = isoTime(ports.now());
  journal.note(...takeOver(plan, run, at));
  const reached = await interpret(ports, { journal, plan, holding }, run.request);
  if (!reached || 'waitsFor' in reached) return reached ?? 'left';
  announce(ports, journal, reached, run.request);
  return 'ended';
};

const isUnderWay = (run: OpenRun): boolean => [...run.actions.values()].some(({ is }) => is === 'started');

const holderAnswersMs = 1_000;

/**
 * An action under way may belong to a living executor. Its outcome is unknown only when the run has not moved
 * for a lease and no executor says that it has the run in hand.
 */
const waitForHolder = async (ports: RunPorts, { runId, movedAt }: Journal): Promise<void> => {
  const { bus, leaseMs, now, executorId } = ports;
  const leaseLeftMs = movedAt + leaseMs - now();
  if (leaseLeftMs > 0) throw new RetryLater('an action is under way', leaseLeftMs);
  if (await bus.ask(subjects.runHeld.of({ runId }), { runId, asker: executorId }, holderAnswersMs)) {
    throw new RetryLater('another executor has the run in hand', leaseMs);
  }
};

const interpret = async (
  ports: RunPorts,
  inHand: InHand,
  request: RunRequest,
): Promise<RunConclusion | Busy | undefined> => {
  const { journal, plan } = inHand;
  const steps: Steps = await recallSteps(ports.store, journal.state());
  for (;;) {
    const at = isoTime(ports.now());
    const step = goesOn(ports, journal, at) ? next(plan, journal.state(), at) : held;
    if ('park' in step) {
      journal.note(step.park);
      ports.parked.add(1, { cause: step.park.data.cause });
      continue;
    }
    if ('waitUntil' in step) {
      if (await hasPassed(ports, journal, step.waitUntil)) continue;
      return undefined;
    }
    let reached: RunConclusion | Busy | undefined;
    if ('conclude' in step) {
      reached = step.conclude;
      journal.note(reached);
    }
    if ('perform' in step) {
      const context = { parameters: request.parameters, steps, metadata: plan.metadata };
      reached = await performTogether(ports, inHand, step.perform, context);
      if (!reached) continue;
    }
    // Otherwise somebody did something to the run meanwhile: another thing may be next.
    if (!(await journal.flush())) return reached;
  }
};

const held = { idle: 'paused' } as const satisfies Next;

/** Notes what has held the run, and that it begins; not where it is held now. */
const goesOn = ({ pauses }: RunPorts, journal: Journal, at: string): boolean => {
  const { org } = journal.metadata;
  if (isHeld(pauses, org, journal.state())) return false;
  journal.note(...holdsOf(pauses, org, journal.state(), at));
  const run = journal.state();
  if (run.status === 'open' && run.startedAt === undefined && !run.isPaused && !run.parked)
    journal.note({ type: 'RunStarted', data: { at } });
  return true;
};

/**
 * Spends a short wait in hand; of a long one the log has the time, and the scheduler wakes the run then. What people
 * did meanwhile is no wait.
 */
const hasPassed = async (ports: RunPorts, journal: Journal, until: string): Promise<boolean> => {
  const waitMs = Date.parse(until) - ports.now();
  const isLong = waitMs > shortWaitMs;
  // A wake-up that comes too early says nothing new.
  if (isLong && !isTold(journal, until)) {
    journal.note({ type: 'RunWaiting', data: { until, at: isoTime(ports.now()) } });
  }
  if (await journal.flush()) return true;
  if (!isLong) await pause(waitMs, never);
  return !isLong;
};

const isTold = (journal: Journal, until: string): boolean => {
  const run = journal.state();
  return run.status === 'open' && run.waitingUntil === until;
};

/** A wait in hand is short: a service that stops lets it end. */
const never = new AbortController().signal;

const announce = (
  { bus, now, log, runs, runSeconds }: RunPorts,
  { runId, metadata, position }: Journal,
  conclusion: RunConclusion,
  request: RunRequest,
): void => {
  const status = statusOf[conclusion.type];
  const seconds = (now() - Date.parse(request.at)) / 1_000;
  runs.add(1, { status });
  runSeconds.record(seconds, { status });
  log.debug({ run: runId, status, seconds }, 'run ended');
  // For callers that wait; nobody depends on it.
  bus.publish(subjects.runEnded.of({ org: metadata.org, runId }), {
    runId,
    status,
    position: position().toString(),
  });
};
