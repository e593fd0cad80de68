import type { Failure, Recovery } from '@karrio/domain';

/** A request as it leaves. A limit that is null is the operator's, which bounds the others too. */
export type WireRequest = Readonly<{
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  connectTimeoutMs?: number | null;
  timeoutMs?: number | null;
  /** What holds a secret, and so goes to no other origin. */
  confidential?: Readonly<{ headers: readonly string[]; body: boolean }>;
}>;

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer with its body unpacked. */
export type WireResponse = Readonly<{
  status: number;
  headers: WireHeaders;
  body: Buffer;
  receivedAtMs: number;
}>;

/** Why there is no answer, or none that can be used. */
export type Trouble = Readonly<{ failure: Failure; recovery?: Recovery }>;

export type Answer = { readonly response: WireResponse } | { readonly trouble: Trouble };

/** Whom a request is sent for, how many runs led to the one that sends it, and what ends it early. */
export type Sender = Readonly<{
  org: string;
  depth: number;
  /** Where a run sends it. */
  run?: Readonly<{ id: string; testMode: boolean }>;
  signal: AbortSignal;
}>;

/** The way to the outside, which an executor guards. */
export interface Outside {
  /** Follows redirects. @throws the signal's reason once it aborts; every other trouble is an answer */
  readonly send: (request: WireRequest, sender: Sender) => Promise<Answer>;
}
