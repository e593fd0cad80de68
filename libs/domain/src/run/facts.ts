import type { Json } from '../json.ts';

/** A recorded value: in the event itself, or, over 64 KiB, in the stream `blob-{sha256}`. */
export type Stored = Readonly<{ json: Json }> | Readonly<{ blob: string; bytes: number }>;

/** A request as it left, with every secret masked. */
export type RecordedRequest = Readonly<{
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Stored | null;
}>;

/** What came back; the parsed body stands beside it, as the action's output. */
export type RecordedResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  bytes: number;
}>;

/** `code` is kebab-case and has a heading in docs/runbooks/failure-modes.md; `message` says what to do next. */
export type Failure = Readonly<{ code: string; message: string; details?: Json }>;
