import { idPrefixes, parseStream, type IdKind } from '@karrio/contracts';
import { isCommandRefused, isRequestsRefused, isRunEvent, isUserEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { Draft } from './chain.ts';
import { digestOf, digestOfAll } from './digest.ts';
import { changeOf } from './shown-change.ts';

/** A stream's events before one of them. */
export type Earlier = (event: Recorded) => readonly Recorded[];

/**
 * What one organisation's events mean for its audit log, in the order of the log. Requests of runs that came from
 * outside stand together between the others: by the thousand, each on its own would drown what people did.
 */
export const draftEntries = (events: readonly Recorded[], earlier: Earlier): readonly Draft[] => {
  const drafts: Draft[] = [];
  let gathered: Recorded[] = [];
  const flush = () => {
    const last = gathered.at(-1);
    if (last) drafts.push(entryOfRuns(gathered, last));
    gathered = [];
  };
  for (const event of events) {
    if (isGathered(event)) gathered.push(event);
    else {
      flush();
      drafts.push(entryOf(event, earlier));
    }
  }
  flush();
  return drafts;
};

/** A schedule, a webhook or an event asked for it, and no person. */
export const isGathered = (event: Recorded): boolean =>
  isRunEvent(event) &&
  event.type === 'RunRequested' &&
  event.data.eventType !== 'manual' &&
  event.data.origin === undefined;

/** Whose audit logs tell of an event. What people did before it was said whom it concerns is in none. */
export const concernedBy = (event: Recorded): readonly string[] =>
  event.metadata.concerns ?? (isUserEvent(event) ? [] : [event.metadata.org]);

/** Events in these streams say what changed, and have no definition that was another one before. */
const withoutBefore: ReadonlySet<string> = new Set(['run', 'user', 'refusal']);

/** Whether what it changed is told by the events before it. */
export const hasBefore = ({ type, revision, stream }: Recorded): boolean =>
  revision > 0 && !withoutBefore.has(parseStream(stream)?.kind ?? '') && !/(?:A|Dea)ctivated$/.test(type);

const entryOf = (event: Recorded, earlier: Earlier): Draft => {
  const shared = sharedOf(event);
  if (isCommandRefused(event)) {
    const { command, subject, refusal } = event.data;
    const entity = subject === null ? null : { type: entityOfId(subject), id: subject };
    return { ...shared, action: command, outcome: 'refused', entity, before: null, after: null, refusal };
  }
  if (isRequestsRefused(event)) {
    const { action, subject, code, repeated } = event.data;
    const entity = subject === null ? null : { type: entityOfId(subject), id: subject };
    const refusal = { code, errors: [], repeated };
    return { ...shared, action, outcome: 'refused', entity, before: null, after: null, refusal };
  }
  const { before, after } = changeOf(event, hasBefore(event) ? earlier(event) : []);
  return { ...shared, outcome: 'accepted', entity: entityOf(event), before, after, refusal: null };
};

const sharedOf = (event: Recorded) => {
  const { metadata, stream, revision, position, type } = event;
  const { actor, origin = null, $causationId, command } = metadata;
  return {
    at: timeOf(event),
    actor,
    origin,
    commandId: $causationId,
    action: command ?? type,
    runs: null,
    source: { stream, revision, position: String(position), digest: digestOf(event) },
  };
};

const entryOfRuns = (runs: readonly Recorded[], last: Recorded): Draft => {
  const actors = new Set(runs.map(({ metadata }) => metadata.actor));
  const [first = last] = runs;
  return {
    ...sharedOf(last),
    actor: actors.size === 1 ? last.metadata.actor : 'several',
    origin: null,
    action: 'request_run',
    outcome: 'accepted',
    entity: null,
    before: null,
    after: null,
    refusal: null,
    runs: {
      count: runs.length,
      fromPosition: String(first.position),
      digest: digestOfAll(runs.map(digestOf)),
    },
  };
};

const timeOf = ({ data, recordedAt }: Recorded): string =>
  typeof data === 'object' && data !== null && 'at' in data && typeof data.at === 'string'
    ? data.at
    : recordedAt;

/** The API's name of what a stream is about, where it is another one than the stream's. */
const apiNames: Readonly<Record<string, string>> = {
  action: 'workflow_action',
  connection: 'workflow_connection',
  trigger: 'workflow_trigger',
  run: 'workflow_event',
  vault: 'data_key',
};
const apiName = (kind: string): string => apiNames[kind] ?? snakeCase(kind);
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const entityOf = ({ stream, data }: Recorded): Draft['entity'] => {
  const parsed = parseStream(stream);
  if (!parsed) return null;
  const { kind, id } = parsed;
  if (kind === 'pause') return { type: entityOfId(id), id };
  const keyId = keyIdIn(data) ?? id;
  if (kind === 'organization' && keyId !== id) return { type: 'api_key', id: keyId };
  return { type: apiName(kind), id: kind === 'vault' ? keyId : id };
};

const keyIdIn = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'keyId' in data && typeof data.keyId === 'string'
    ? data.keyId
    : undefined;

const entityOfId = (id: string): string => {
  const kind = Object.keys(idPrefixes).find((each) => isIdKind(each) && id.startsWith(idPrefixes[each]));
  return kind === undefined ? 'unknown' : apiName(kind);
};

const isIdKind = (kind: string): kind is IdKind => Object.hasOwn(idPrefixes, kind);
