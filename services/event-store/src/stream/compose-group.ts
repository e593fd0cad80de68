import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.ts';
import { tombstoneRevision } from '../log/frame.ts';
import type { GroupBuffer } from '../log/group-buffer.ts';
import { UnusableSegment } from '../log/segment-file.ts';
import type { Catalog } from './catalog.ts';
import { checkCommit, checkSoftDelete, type StreamState } from './commit-check.ts';
import { deniedChange } from './denied-change.ts';
import { dataText, placeEvents, type Placed } from './place-events.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';
import { createWrittenLog, type WrittenLog } from './written-log.ts';

/** As many requests of a queue as make a group, each with what will have become of it once the group is durable. */
export type ComposedGroup = Readonly<{ outcomes: readonly WriteOutcome[]; buffer: GroupBuffer }>;

/** Bounds the memory of a group; one append more may go over it. */
const groupBytesMax = 4 * 1024 * 1024;

export const composeGroup = (
  log: EventLog,
  catalog: Catalog,
  queue: readonly WriteRequest[],
): ComposedGroup => {
  const buffer = log.beginGroup();
  const composition = { buffer, catalog, written: createWrittenLog(log, catalog, buffer), nowMs: Date.now() };
  const outcomes: WriteOutcome[] = [];
  for (const request of queue) {
    if (buffer.size() >= groupBytesMax) break;
    outcomes.push(decide(composition, request));
  }
  return { outcomes, buffer };
};

type Composition = Readonly<{ buffer: GroupBuffer; catalog: Catalog; written: WrittenLog; nowMs: number }>;

/** An old event that can no longer be read fails the append that had to be compared with it, and no other. */
const decide = (composition: Composition, request: WriteRequest): WriteOutcome => {
  try {
    return decideSound(composition, request);
  } catch (error) {
    if (!(error instanceof UnusableSegment)) throw error;
    return { kind: 'refused', reason: error.message };
  }
};

const decideSound = (composition: Composition, request: WriteRequest): WriteOutcome => {
  const { catalog, written, nowMs } = composition;
  const { stream, change, expected } = request;
  if (request.deadlineMs < nowMs) return { kind: 'expired' };
  const denied = deniedChange(request);
  if (denied !== undefined) return { kind: 'denied', reason: denied };
  const state = catalog.stateOf(stream);
  const events = catalog.writtenEvents(stream, written.idAt);
  const ids = change.kind === 'append' ? change.events.map(({ id }) => id) : [randomUUID()];
  const check = change.kind === 'soft-delete' ? checkSoftDelete : checkCommit;
  const decision = check(state, expected, ids, events);
  switch (decision.kind) {
    case 'stream-deleted':
      return decision;
    case 'wrong-expected-version':
      return { kind: 'wrong-expected-version', lastRevision: state.lastRevision };
    case 'already-written': {
      const revision = decision.lastRevision;
      return { kind: 'written', revision, position: written.positionOf(stream, revision) };
    }
    case 'write':
      return write(composition, request, state);
  }
};

const write = (composition: Composition, request: WriteRequest, state: StreamState): WriteOutcome => {
  const positions = writePlaced(
    composition,
    placeEvents(request, state, composition.catalog, composition.written),
  );
  const count = request.change.kind === 'append' ? request.change.events.length : 1;
  const revision = request.change.kind === 'append' ? state.lastRevision + count : state.lastRevision;
  const position = positions[count - 1] ?? composition.written.positionOf(request.stream, state.lastRevision);
  return { kind: 'written', revision, position };
};

const writePlaced = ({ buffer, catalog, nowMs }: Composition, placed: readonly Placed[]) =>
  placed.map(({ stream, event, isTombstone = false }, index) => {
    const revision = isTombstone ? tombstoneRevision : catalog.stateOf(stream).lastRevision + 1;
    const remaining = placed.length - 1 - index;
    const position = buffer.add(event, { name: Buffer.from(stream), revision, remaining, createdMs: nowMs });
    catalog.add({
      position,
      stream,
      type: event.type,
      id: event.id,
      revision,
      isTombstone,
      data: () => dataText(event),
    });
    return position;
  });
