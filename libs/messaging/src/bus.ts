import type { Answer, Command, CommandReply, JetStreamSpec, Question, Subject } from '@karrio/contracts';
import type { z } from 'zod';

/** NATS is away, or closed: nothing was sent. */
export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
}

/** NATS takes no message of this size (its `max_payload`, 1 MiB unless set): nothing was sent. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
}

/** No reply came in time: the command's outcome is unknown, and the same command may be sent again. */
export class CommandTimeout extends Error {
  override readonly name = 'CommandTimeout';
}

/** The message can never succeed: a bad payload, an unknown type. It is dropped, and said so in the log. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** Not now: the message comes again after this time, and nothing is wrong. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly delayMs: number;

  constructor(reason: string, delayMs: number) {
    super(reason);
    this.delayMs = delayMs;
  }
}

/** `attempt` counts a message's deliveries from 1; `subject` is the concrete one. */
export type Delivery = Readonly<{ attempt: number; subject: string }>;

export type Consumption<T> = Readonly<{
  stream: JetStreamSpec;
  durable: string;
  subject: Subject<T>;
  /** A filter within the stream, of `subject.matching()`. */
  filter: string;
  /** The lease: a message unheard of for this long is given to someone else. Heartbeats go out at a third of it. */
  ackWaitMs: number;
  /** How many messages this process works on at once. */
  concurrency: number;
  /** How often it is looked whether messages are pending and none comes; 15 s unless told. */
  stallMs?: number;
  /**
   * Resolving acknowledges the message; `PermanentError` drops it; `RetryLater` has it delivered again at its
   * time, any other error later each time. Work that takes longer than the lease is kept alive.
   */
  handle: (payload: T, delivery: Delivery) => Promise<void>;
}>;

/** A name that one process at a time holds: for efficiency only, since a holder may not know yet that it lost it. */
export type Lease = AsyncDisposable & Readonly<{ isHeld: () => boolean }>;

export type SharedOptions<T> = Readonly<{
  /** Of the bucket: letters, digits, `_` and `-`. */
  name: string;
  /** So long after its last change a value is forgotten. */
  keptMs: number;
  /** A value that another build left in another shape counts as none. */
  shape: z.ZodType<T>;
  /** How long NATS may take; a second, unless given: somebody waits for what is decided by it. */
  timeoutMs?: number;
}>;

/** Small values that all processes change, one after the other. NATS may lose them: they begin anew. */
export type Shared<T> = Readonly<{
  /**
   * Decides on the value of a key and resolves with the result when it is kept; `next` left out changes nothing.
   * `decide` may run several times. Keys are letters, digits and `_-./=`.
   * @throws BusUnavailable, also where NATS is slower than `timeoutMs`
   */
  change: <R>(
    key: string,
    decide: (value: T | undefined) => Readonly<{ next?: T | undefined; result: R }>,
  ) => Promise<R>;
}>;

export interface Bus extends AsyncDisposable {
  /** To whoever listens now; nothing is stored. @throws BusUnavailable */
  readonly publish: (subject: string, payload: unknown) => void;
  /**
   * Into the JetStream stream that holds the subject, without waiting for it: for what someone else
   * guarantees. The same id within two minutes is stored once. @throws BusUnavailable
   */
  readonly hint: (subject: string, payload: unknown, messageId: string) => void;
  /** Into the stream; resolves when stored. The same id within two minutes is stored once. @throws BusUnavailable */
  readonly persist: (subject: string, payload: unknown, messageId: string) => Promise<void>;
  /** Sends a command and waits for its reply. @throws BusUnavailable, CommandTimeout, MessageTooLarge */
  readonly command: (command: Command, timeoutMs: number) => Promise<CommandReply>;
  /** Whether anyone answers a question of `answer` within this time. @throws BusUnavailable */
  readonly ask: (subject: string, payload: unknown, timeoutMs: number) => Promise<boolean>;
  /** Answers the questions for which `isYes`, and is silent on the others. */
  readonly answer: <T>(subject: Subject<T>, filter: string, isYes: (payload: T) => boolean) => Disposable;
  /**
   * Asks one process of a service, and waits for what it answers.
   * @throws BusUnavailable where none does in time, MessageTooLarge
   */
  readonly question: (service: string, question: Question, timeoutMs: number) => Promise<Answer>;
  /** Answers a service’s questions; a fault is logged, and its asker hears nothing. */
  readonly respond: (service: string, handle: (question: Question) => Promise<Answer>) => Disposable;
  readonly subscribe: <T>(
    subject: Subject<T>,
    filter: string,
    handle: (payload: T, subject: string) => void,
  ) => Disposable;
  /** Works a stream until disposed; comes back by itself after NATS was away, also with its streams lost. */
  readonly consume: <T>(consumption: Consumption<T>) => AsyncDisposable;
  /** Tries to hold a name until disposed; comes back by itself after NATS was away. */
  readonly lease: (name: string) => Lease;
  readonly shared: <T>(options: SharedOptions<T>) => Shared<T>;
  /** @throws BusUnavailable */
  readonly ping: () => Promise<void>;
}
