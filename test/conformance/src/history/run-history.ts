import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Position } from '@eventstore/db-client';
import { collect, events as newEvents, newStream } from '../events.ts';
import { metadataStreamOf, originalOf, type Log, type Logged } from '../model/log.ts';
import { readStream } from '../model/read.ts';
import { append, end, softDelete, type Proposed } from '../model/write.ts';
import type { HistoryServer } from './history-server.ts';
import {
  appendOnServer,
  deleteOnServer,
  describeOnServer,
  readAllOnServer,
  readOnServer,
  type Shown,
} from './on-server.ts';
import { closingReads, type Operation } from './operation.ts';

export type Difference = Readonly<{ operation: unknown; server: unknown; model: unknown }>;

/** The names and ids of one history; nobody else has them. */
type Scope = Readonly<{
  server: HistoryServer;
  start: Position;
  streamOf: (stream: number) => string;
  isOwn: (stream: string) => boolean;
  eventOf: (stream: number, event: number) => Proposed;
}>;

type Step = Readonly<{ log: Log; server?: unknown; model?: unknown }>;

/** Does the same on the server and on the model; the first difference, if there is one. */
export const runHistory = async (
  server: HistoryServer,
  operations: readonly Operation[],
): Promise<Difference | undefined> => {
  const scope = await newScope(server);
  let log: Log = [];
  for (const operation of [...operations, ...closingReads]) {
    const step = await perform(scope, log, operation);
    if (!isDeepStrictEqual(step.server, step.model))
      return { operation, server: step.server, model: step.model };
    log = step.log;
  }
  const all = await readAllOnServer(server.client(), scope.start, scope.isOwn);
  const [inTheEnd, expected] = [all.map(({ text }) => text), log.map(textOf)];
  return isDeepStrictEqual(inTheEnd, expected)
    ? undefined
    : { operation: 'the whole log in the end', server: inTheEnd, model: expected };
};

const newScope = async (server: HistoryServer): Promise<Scope> => {
  const prefix = newStream('history');
  const { position } = await server.client().appendToStream(`${prefix}-start`, newEvents('Start'));
  if (!position) throw new Error('the server did not say where the history begins');
  const ids = new Map<string, string>();
  const idOf = (key: string) => {
    const id = ids.get(key) ?? randomUUID();
    ids.set(key, id);
    return id;
  };
  return {
    server,
    start: position,
    streamOf: (stream) => `${prefix}-${stream}`,
    isOwn: (stream) => {
      const name = originalOf(stream) ?? stream;
      return name.startsWith(prefix) && name !== `${prefix}-start`;
    },
    eventOf: (stream, event) => ({ id: idOf(`${stream}-${event}`), type: `E${event}` }),
  };
};

const perform = async (scope: Scope, log: Log, operation: Operation): Promise<Step> => {
  const client = scope.server.client();
  switch (operation.act) {
    case 'append': {
      const stream = scope.streamOf(operation.stream);
      const events = operation.events.map((event) => scope.eventOf(operation.stream, event));
      const model = append(log, stream, operation.expected, events);
      const server = await appendOnServer(client, stream, operation.expected, events);
      return { log: model.log, server, model: model.outcome };
    }
    case 'describe': {
      const { expected, metadata } = operation;
      const stream = scope.streamOf(operation.stream);
      const event = { id: randomUUID(), type: '$metadata', metadata };
      const model = append(log, metadataStreamOf(stream), expected, [event]);
      const server = await describeOnServer(client, stream, expected, metadata);
      return { log: model.log, server, model: model.outcome };
    }
    case 'delete':
    case 'end': {
      const stream = scope.streamOf(operation.stream);
      const [change, method] =
        operation.act === 'delete'
          ? ([softDelete, 'deleteStream'] as const)
          : ([end, 'tombstoneStream'] as const);
      const { log: changed, outcome } = change(log, stream, operation.expected);
      const last = outcome.kind === 'deleted' ? 0 : outcome.revision;
      const server = await deleteOnServer(client, method, stream, operation.expected, last);
      return { log: changed, server, model: outcome };
    }
    case 'read': {
      const name = scope.streamOf(operation.stream);
      const stream = operation.isMetadata ? metadataStreamOf(name) : name;
      const reading = readStream(log, stream, operation.options);
      const model: Shown = typeof reading === 'string' ? reading : reading.map(textOf);
      return { log, server: await readOnServer(client, stream, operation.options), model };
    }
    case 'read all':
      return readAllFrom(scope, log, operation);
    case 'restart':
      await scope.server.restart(operation.how);
      return { log };
  }
};

/** From the position of one of the events; backwards it stands behind what is read. */
const readAllFrom = async (
  { server, start, isOwn }: Scope,
  log: Log,
  { at, direction, count }: Extract<Operation, { act: 'read all' }>,
): Promise<Step> => {
  const all = await readAllOnServer(server.client(), start, isOwn);
  const index = all.length === 0 ? 0 : at % all.length;
  const from = all[index];
  if (!from) return { log, server: all.length, model: log.length };
  const read = await collect(
    server.client().readAll({ fromPosition: from.position, direction, maxCount: count }),
  );
  const ids = read.flatMap(({ event }) => (event && isOwn(event.streamId) ? [event.position.commit] : []));
  const expected =
    direction === 'forwards'
      ? all.slice(index, index + count)
      : all.slice(0, index).toReversed().slice(0, count);
  return {
    log,
    server: [all.map(({ text }) => text), ids],
    model: [log.map(textOf), expected.map(({ position }) => position.commit)],
  };
};

const textOf = ({ stream, revision, type, id }: Logged) =>
  `${stream} ${revision} ${type} ${type.startsWith('$') ? '' : id}`;
