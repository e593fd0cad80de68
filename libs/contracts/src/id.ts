import { v4, v5 } from 'uuid';

/** The one table of id prefixes. An id is its prefix and a UUID as 32 hex digits. */
export const idPrefixes = {
  organization: 'org_',
  workflow: 'wkfl_',
  action: 'wact_',
  connection: 'wcon_',
  metafield: 'metaf_',
  trigger: 'wtrg_',
  rule: 'rule_',
  decision: 'rdec_',
  backtest: 'btst_',
  run: 'wevt_',
  trace: 'trace_',
  command: 'cmd_',
  apiKey: 'key_',
  user: 'user_',
  member: 'memb_',
  invitation: 'invt_',
  session: 'sess_',
} as const;
export type IdKind = keyof typeof idPrefixes;

const hex = (uuid: string) => uuid.replaceAll('-', '');

export const newId = (kind: IdKind): string => idPrefixes[kind] + hex(v4());

/** Names of ours, in the URL namespace of RFC 9562. */
const namespace = v5('https://karrio.io/workflow-engine', v5.URL);

/**
 * The same parts give the same id (UUIDv5), so that a repeated command meets the stream of the first one
 * and `NoStream` refuses it without a lock.
 */
export const derivedId = (kind: IdKind, ...parts: readonly string[]): string =>
  idPrefixes[kind] + hex(derivedUuid(kind, ...parts));

/** For the id of an event: the same command writes the same events, so the store recognises a repetition. */
export const derivedUuid = (...parts: readonly string[]): string => v5(JSON.stringify(parts), namespace);
