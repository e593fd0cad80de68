import type { Logger } from '@karrio/telemetry';
import type { EventLog } from '../log/event-log.ts';
import { recentIdsMax, type Catalog } from '../stream/catalog.ts';
import { createDiskRoom } from './disk-room.ts';
import { readLastScavenge, writeLastScavenge, type ScavengeResult } from './last-scavenge.ts';
import { createPace } from './pace.ts';
import { nothingYet, scavenge, type Progress } from './scavenge.ts';

export type ScavengerOptions = Readonly<{
  log: EventLog;
  catalog: Catalog;
  folder: string;
  /** Room on the disk that is left to the writer. */
  bytesLeft: number;
  /** How often a scavenge begins by itself; 0 for never. */
  hours: number;
  logger: Logger;
  onEnd: (result: ScavengeResult) => void;
}>;

export type ScavengeStatus = Readonly<{ running: Progress | undefined; last: ScavengeResult | undefined }>;

/** One scavenge at a time, when it is due or asked for. */
export type Scavenger = AsyncDisposable &
  Readonly<{
    /** Whether it began: it does not while one is under way. */
    start: () => boolean;
    status: () => ScavengeStatus;
  }>;

const hourMs = 3_600_000;

/** A start is busy enough: readers catch up. */
const firstAfterMs = 600_000;

const saidEachMs = 10_000;

export const createScavenger = (options: ScavengerOptions): Scavenger => {
  const { folder, hours, logger } = options;
  const abort = new AbortController();
  let last = readLastScavenge(folder);
  let running: Progress | undefined;
  let ended: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const run = async () => {
    const startedMs = Date.now();
    logger.info({ segments: options.log.segments.closed().length }, 'scavenge begins');
    const failure = await perform(options, abort.signal, (next) => {
      running = next;
    });
    last = resultOf(startedMs, running ?? nothingYet, failure, abort.signal.aborted);
    running = undefined;
    report(options, last, failure);
  };

  const start = () => {
    if (running || abort.signal.aborted) return false;
    running = nothingYet;
    ended = run();
    return true;
  };

  const schedule = (delayMs: number) => {
    timer = setTimeout(() => {
      start();
      schedule(hours * hourMs);
    }, delayMs).unref();
  };
  if (hours > 0) schedule(Math.max(firstAfterMs, dueMs(last, hours) - Date.now()));

  const close = async () => {
    clearTimeout(timer);
    abort.abort();
    await ended;
  };

  return { start, status: () => ({ running, last }), [Symbol.asyncDispose]: close };
};

/** One that did not come to its end is due at once. */
const dueMs = (last: ScavengeResult | undefined, hours: number) =>
  last?.outcome === 'done' ? Date.parse(last.startedAt) + hours * hourMs : 0;

/** Returns why it did not come to its end. */
const perform = async (
  { log, catalog, folder, bytesLeft, logger }: ScavengerOptions,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Error | undefined> => {
  let saidAt = performance.now();
  try {
    await scavenge({
      log,
      catalog,
      recentKept: recentIdsMax,
      reserve: createDiskRoom(folder, bytesLeft),
      pace: createPace(signal),
      onProgress: (progress) => {
        onProgress(progress);
        if (performance.now() - saidAt < saidEachMs) return;
        saidAt = performance.now();
        logger.info(progress, 'scavenge goes on');
      },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const resultOf = (
  startedMs: number,
  progress: Progress,
  failure: Error | undefined,
  isStopped: boolean,
): ScavengeResult => ({
  ...progress,
  startedAt: new Date(startedMs).toISOString(),
  seconds: (Date.now() - startedMs) / 1000,
  outcome: failure === undefined ? 'done' : isStopped ? 'stopped' : 'failed',
  error: isStopped ? undefined : failure?.message,
});

const report = ({ folder, logger, onEnd }: ScavengerOptions, result: ScavengeResult, err?: Error) => {
  onEnd(result);
  if (result.outcome === 'failed') logger.error({ err, ...result }, 'scavenge failed, the next one goes on');
  else logger.info(result, 'scavenge ended');
  try {
    writeLastScavenge(folder, result);
  } catch (error) {
    logger.warn({ err: error }, 'the result of the scavenge could not be kept');
  }
};
