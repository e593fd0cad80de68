import { streamPrefixes } from '@karrio/contracts';
import { backoffMs, pause, type EventStore, type LogBatch } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';
import type { Announce } from './announce.ts';
import { inlineValues } from './inline-values.ts';
import type { Measure } from './measure.ts';
import { restAfter } from './pace.ts';
import type { Touched } from './projection/batch.ts';
import { project } from './write/project.ts';
import { releaseParked } from './write/release-parked.ts';
import type { Writer } from './write/writer.ts';

/**
 * Plans have no rows of their own, but an append that ends with one has to move the position that its
 * writer waits for.
 */
const kinds = [
  ...(['organization', 'user', 'workflow', 'action', 'connection', 'metafield', 'pause'] as const),
  ...(['trigger', 'schedule', 'rule', 'decision', 'plan', 'run', 'audit'] as const),
] as const;
const filter = {
  streamPrefixes: streamPrefixes(...kinds),
};

export type ProjectorParts = Readonly<{
  store: EventStore;
  writer: Writer;
  /** Brings the schema up to date; called again until it succeeded once. */
  prepare: () => Promise<void>;
  announce: Announce;
  measure: Measure;
  parked: Set<string>;
  log: Logger;
}>;

export interface Projector extends AsyncDisposable {
  /** @throws what stands in the way, while the projector waits to try again. */
  readonly ready: () => Promise<void>;
}

/** Projects until disposed. Whatever is away, it waits and continues at the checkpoint. */
export const startProjector = (parts: ProjectorParts): Projector => {
  const { prepare, log, measure } = parts;
  const closing = new AbortController();
  let obstacle: Error | undefined = new Error('The projection has not begun yet.');
  const clear = () => {
    obstacle = undefined;
  };

  const run = async () => {
    let failures = 0;
    let isPrepared = false;
    while (!closing.signal.aborted) {
      try {
        if (!isPrepared) await prepare();
        isPrepared = true;
        await releaseParked({ ...parts, read: readWhole(parts) });
        const from = await parts.writer.checkpoint();
        log.info({ position: String(from) }, 'projection continues');
        clear();
        await follow(parts, from, closing.signal, () => (failures = 0));
      } catch (err) {
        obstacle = err instanceof Error ? err : new Error(String(err));
        measure.interrupted();
        const retryInMs = backoffMs(++failures);
        log.warn({ err, retryInMs }, 'projection interrupted');
        await pause(retryInMs, closing.signal);
      }
    }
  };
  const running = run();

  return {
    ready: async () => {
      if (obstacle !== undefined) throw obstacle;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
};

const readWhole =
  ({ store, log }: ProjectorParts) =>
  async (stream: string) =>
    inlineValues(store, await store.read(stream), log);

const follow = async (
  { store, writer, parked, announce, measure, log }: ProjectorParts,
  checkpoint: bigint,
  signal: AbortSignal,
  onProgress: () => void,
) => {
  let from = checkpoint;
  const batches = store.follow({ from: from < 0n ? undefined : from, filter, signal });
  for await (const batch of batches) {
    const begun = performance.now();
    const touched: Touched[] = [];
    if (isNews(batch, from)) {
      const events = await inlineValues(store, batch.events, log);
      const changes = await project({ writer, parked, log }, { ...batch, events }, from);
      touched.push(...changes.flatMap((change) => change.touched));
      from = batch.position;
      announce(touched, from);
      onProgress();
    }
    const tookMs = performance.now() - begun;
    measure.projected(batch, tookMs);
    const touchesRuns = touched.some(({ entity }) => entity === 'workflow_event');
    await pause(restAfter(touchesRuns, tookMs), signal);
  }
};

/** An empty log reports the position 0, where its first event may come yet: only that event moves the checkpoint there. */
const isNews = ({ events, position }: LogBatch, from: bigint) =>
  events.length > 0 || (position > from && position > 0n);
