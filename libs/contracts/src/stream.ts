/** Every stream name of the log. No other module spells one. */
export const streams = {
  organization: (id: string) => `organization-${id}`,
  /** A person, and the sessions. */
  user: (id: string) => `user-${id}`,
  workflow: (id: string) => `workflow-${id}`,
  action: (id: string) => `action-${id}`,
  connection: (id: string) => `connection-${id}`,
  metafield: (id: string) => `metafield-${id}`,
  trigger: (id: string) => `trigger-${id}`,
  /** Whether the runs of a workflow or of an organisation are held; by the id of the one or the other. */
  pause: (id: string) => `pause-${id}`,
  /** What became of each slot of a scheduled trigger. */
  schedule: (triggerId: string) => `schedule-${triggerId}`,
  rule: (id: string) => `rule-${id}`,
  /** A set of rules as decisions were made by it, named by its content. */
  ruleset: (hash: string) => `ruleset-${hash}`,
  decision: (id: string) => `decision-${id}`,
  backtest: (id: string) => `backtest-${id}`,
  plan: (hash: string) => `plan-${hash}`,
  run: (id: string) => `run-${id}`,
  /** The data keys of an organisation, of a user, or of the directory of users, wrapped under the master key. */
  vault: (org: string) => `vault-${org}`,
  /** The tokens that a connection was given. */
  token: (connectionId: string) => `token-${connectionId}`,
  /** An organisation's audit log, chained. */
  audit: (org: string) => `audit-${org}`,
  /** A command that was not followed. */
  refusal: (commandId: string) => `refusal-${commandId}`,
  blob: (sha256: string) => `blob-${sha256}`,
  checkpoint: (reader: string) => `checkpoint-${reader}`,
} as const;
export type StreamKind = keyof typeof streams;

/** What a reader of $all asks for: the streams of these kinds. */
export const streamPrefixes = (...kinds: readonly StreamKind[]): readonly string[] =>
  kinds.map((kind) => streams[kind](''));

/** `run-wevt_1` → `{ kind: 'run', id: 'wevt_1' }`; undefined for a stream that is not ours. */
export const parseStream = (stream: string): { kind: StreamKind; id: string } | undefined => {
  const dash = stream.indexOf('-');
  const kind = stream.slice(0, dash);
  return dash > 0 && isStreamKind(kind) ? { kind, id: stream.slice(dash + 1) } : undefined;
};

const isStreamKind = (kind: string): kind is StreamKind => Object.hasOwn(streams, kind);
