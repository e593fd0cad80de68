import type { EventMetadata } from '@karrio/contracts';
import type { Event } from '@karrio/domain';

/** An event as the log holds it. `revision` counts from 0 in its stream, `position` orders the whole log. */
export type Recorded<E extends Event = Event> = E &
  Readonly<{
    id: string;
    stream: string;
    revision: number;
    position: bigint;
    recordedAt: string;
    metadata: EventMetadata;
  }>;

export type NewEvent<E extends Event = Event> = E & Readonly<{ id: string; metadata: EventMetadata }>;

/** The revision of the last event that the writer has seen. */
export type ExpectedRevision = number | 'no-stream';

export type Appended = Readonly<{ revision: number; position: bigint }>;

/** Who reads the whole log asks for the streams or the event types that begin with one of these prefixes. */
export type LogFilter =
  Readonly<{ streamPrefixes: readonly string[] }> | Readonly<{ eventTypePrefixes: readonly string[] }>;

/** Events in the order of the log, and how far the log was read to find them. */
export type LogBatch = Readonly<{ events: readonly Recorded[]; position: bigint; isCaughtUp: boolean }>;

export interface EventStore extends AsyncDisposable {
  /**
   * All events of a stream in order; none where there is no such stream.
   * @throws StoreUnavailable, StreamDeleted, AccessDenied
   */
  readonly read: (stream: string) => Promise<readonly Recorded[]>;
  /** A stream's last event of ours; undefined where it has none. @throws as `read` */
  readonly readLast: (stream: string) => Promise<Recorded | undefined>;
  /**
   * All or nothing, durable when it resolves; repeating it with the same event ids has the effect of once.
   * @throws RevisionConflict, AppendRefused, StoreUnavailable, AccessDenied
   */
  readonly append: (
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ) => Promise<Appended>;
  /**
   * Everything after `from` (undefined: from the beginning), then what comes, in batches of at most
   * `batchMax` events; a batch gathers what arrived while the one before was worked on. Resumes with
   * backoff after the last position it gave out, when it breaks, and when it gives out nothing although the
   * log has more; ends when `signal` aborts.
   */
  readonly follow: (options: FollowOptions) => AsyncIterable<LogBatch>;
  /** Keeps only a stream's last events; the store may forget older ones. @throws StoreUnavailable */
  readonly keepLast: (stream: string, count: number) => Promise<void>;
  /** Keeps no event of a stream below a revision; the store may forget them. @throws StoreUnavailable, AccessDenied */
  readonly truncate: (stream: string, before: number) => Promise<void>;
  /**
   * Deletes a stream: nobody reads it or writes it ever again, and scavenging removes its events. Repeating it
   * changes nothing. @throws StoreUnavailable, AccessDenied
   */
  readonly deleteForGood: (stream: string) => Promise<void>;
  /** Resolves when the store answers, however long that takes; or when `signal` aborts. */
  readonly available: (signal: AbortSignal) => Promise<void>;
  /** @throws StoreUnavailable, AccessDenied */
  readonly ping: () => Promise<void>;
}

export type FollowOptions = Readonly<{
  from: bigint | undefined;
  filter: LogFilter;
  signal: AbortSignal;
  batchMax?: number;
}>;
