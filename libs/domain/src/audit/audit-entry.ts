import { eventGuard, type Event } from '../event.ts';
import type { JsonObject } from '../json.ts';

/** Where the fact is in the log that an entry tells of. `digest` is the SHA-256 of what it says, in hex. */
export type AuditSource = Readonly<{
  stream: string;
  revision: number;
  /** A decimal string, since it may exceed 2^53. */
  position: string;
  digest: string;
}>;

/** Runs that callers from outside asked for, told together: of each one its own stream says who, when and what. */
export type GatheredRuns = Readonly<{
  count: number;
  /** Of the first of them; the source is the last one. */
  fromPosition: string;
  /** The SHA-256 over the digests of their requests, in the order of the log, in hex. */
  digest: string;
}>;

export type AuditRefusal = Readonly<{
  code: string;
  errors: readonly Readonly<{ field: string; messages: readonly string[] }>[];
  /** Where several of one kind are told together. */
  repeated?: Repeated;
}>;

/** `addresses`: some of those that they came from. */
export type Repeated = Readonly<{ times: number; since: string; addresses: readonly string[] }>;

/** Who did what, when, from where: one line of an organisation's audit log. */
export type AuditEntry = Readonly<{
  /** Counts from 0 without a gap. */
  number: number;
  at: string;
  actor: string;
  /** From where; null for what a service or a tool did by itself, and for what is older than this record. */
  origin: Readonly<{ ip: string; userAgent?: string; credential?: string; requestId: string }> | null;
  /** All that one command did has its id. */
  commandId: string;
  /** The command's name; the event's type where no command is named. */
  action: string;
  outcome: 'accepted' | 'refused';
  entity: Readonly<{ type: string; id: string }> | null;
  /** The fields that changed, as they were and as they are; of a secret only that it is set, and its fingerprint. */
  before: JsonObject | null;
  after: JsonObject | null;
  refusal: AuditRefusal | null;
  runs: GatheredRuns | null;
  source: AuditSource;
}>;

/**
 * An entry in its chain: `hash` is the SHA-256 of the hash before it and the entry, so that no entry can be changed,
 * taken out or put in without changing all that follow. `seal` is the hash under the organisation's data key:
 * who can write the log but has no master key cannot make one.
 */
export type AuditRecorded = Event<
  'AuditRecorded',
  { entry: AuditEntry; previous: string; hash: string; seal?: string }
>;
export const isAuditRecorded = eventGuard<AuditRecorded>({ AuditRecorded: true });

/** A command of a person or a program that the write side did not follow. `subject` is the id that it named. */
export type CommandRefused = Event<
  'CommandRefused',
  { command: string; subject: string | null; refusal: AuditRefusal; at: string }
>;
export const isCommandRefused = eventGuard<CommandRefused>({ CommandRefused: true });

/**
 * What the edge did not let through, so that no command came of it: who could not sign in, what a caller may not do
 * or did too often. `action` is the operation, or the route; `subject` the id of whom or what it was about.
 */
export type RequestsRefused = Event<
  'RequestsRefused',
  { action: string; subject: string | null; code: string; repeated: Repeated; at: string }
>;
export const isRequestsRefused = eventGuard<RequestsRefused>({ RequestsRefused: true });
