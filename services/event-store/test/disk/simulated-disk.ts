import { folderNode, type DiskOperation } from './record-disk.ts';
import path from 'node:path';

/** What a disk holds, by path; `undefined` is a folder. */
export type DiskImage = ReadonlyMap<string, Buffer | undefined>;

/** A change that a power loss may have kept or lost; a write is one for each sector that it touches. */
type Change =
  | Readonly<{ kind: 'write'; index: number; node: number; offset: number; bytes: Buffer }>
  | Readonly<{ kind: 'truncate'; index: number; node: number; length: number }>
  | Readonly<{ kind: 'name'; index: number; path: string; node: number | undefined; from?: string }>;

export type SimulatedDisk = Readonly<{
  /** Returns whether there is more now that a power loss could take. */
  take: (operation: DiskOperation) => boolean;
  /** The disks that a power loss at this moment may leave, the pessimistic ones first. */
  afterPowerLoss: () => Generator<DiskImage>;
  /** The disk when everything reached it. */
  whole: () => DiskImage;
}>;

/** A disk writes a sector whole or not at all; nothing larger. */
const sectorBytes = 512;

/**
 * A disk that has promised nothing but what was synced: of everything else it may hold any part, in any order. A
 * sync of a file makes its bytes durable, and not its name, which takes a sync of the folder.
 */
export const createSimulatedDisk = (
  root: string,
  random: () => number,
  roundsOfChance: number,
): SimulatedDisk => {
  const durable: DiskState = { names: new Map([[root, folderNode]]), nodes: new Map() };
  let pending: Change[] = [];
  let count = 0;

  const settle = (isSettled: (change: Change) => boolean) => {
    for (const change of pending) if (isSettled(change)) applyChange(durable, change);
    pending = pending.filter((change) => !isSettled(change));
  };

  const take = (operation: DiskOperation) => {
    const index = count++;
    switch (operation.kind) {
      case 'sync':
        settle((c) => c.kind !== 'name' && c.node === operation.node && c.index < operation.covers);
        return false;
      case 'sync-folder':
        settle(
          (c) => c.kind === 'name' && path.dirname(c.path) === operation.folder && c.index < operation.covers,
        );
        return false;
      case 'write':
        pending.push(...sectorsOf(operation, index));
        return true;
      default:
        pending.push({ ...operation, index });
        return true;
    }
  };

  const imageWith = (chosen: (change: Change, at: number) => boolean) =>
    imageOf(durable, pending.filter(chosen));

  const afterPowerLoss = function* () {
    const somewhere = () => Math.floor(random() * (pending.length + 1));
    yield imageWith(() => false);
    if (pending.length === 0) return;
    yield imageWith(() => true);
    yield imageWith(({ kind }) => kind === 'name');
    yield imageWith(({ kind }) => kind !== 'name');
    // Files have their new lengths, and zeros where the bytes should be.
    yield imageOf(durable, pending.map(blanked));
    for (let round = 0; round < roundsOfChance; round++) {
      const cut = somewhere();
      yield imageWith((_, at) => at < cut);
      yield imageWith((change, at) => change.kind === 'name' || at >= cut);
      const hole = somewhere();
      yield imageWith((_, at) => at !== hole);
      const share = random();
      yield imageWith(() => random() < share);
    }
  };

  return { take, afterPowerLoss, whole: () => imageOf(durable, pending) };
};

type DiskState = Readonly<{ names: Map<string, number>; nodes: Map<number, Content> }>;

/** A file's bytes, with room to grow. */
type Content = { bytes: Buffer; length: number };

const sectorsOf = ({ node, offset, bytes }: Extract<DiskOperation, { kind: 'write' }>, index: number) => {
  const sectors: Change[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + sectorBytes - ((offset + at) % sectorBytes));
    sectors.push({ kind: 'write', index, node, offset: offset + at, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return sectors;
};

const blanked = (change: Change): Change =>
  change.kind === 'write' ? { ...change, bytes: Buffer.alloc(change.bytes.length) } : change;

const applyChange = ({ names, nodes }: DiskState, change: Change) => {
  switch (change.kind) {
    case 'name':
      if (change.from !== undefined) names.delete(change.from);
      if (change.node === undefined) names.delete(change.path);
      else names.set(change.path, change.node);
      return;
    case 'truncate': {
      const content = contentOf(nodes, change.node, change.length);
      content.bytes.fill(0, change.length);
      content.length = change.length;
      return;
    }
    case 'write': {
      const end = change.offset + change.bytes.length;
      const content = contentOf(nodes, change.node, end);
      change.bytes.copy(content.bytes, change.offset);
      content.length = Math.max(content.length, end);
    }
  }
};

const contentOf = (nodes: Map<number, Content>, node: number, room: number) => {
  const content = nodes.get(node) ?? { bytes: Buffer.alloc(room), length: 0 };
  nodes.set(node, content);
  if (content.bytes.length < room) content.bytes = Buffer.concat([content.bytes], room * 2);
  return content;
};

const imageOf = (durable: DiskState, changes: readonly Change[]): DiskImage => {
  const state = { names: new Map(durable.names), nodes: new Map(durable.nodes) };
  for (const { node } of changes) {
    const content = node === undefined ? undefined : state.nodes.get(node);
    if (node === undefined || !content) continue;
    if (content === durable.nodes.get(node))
      state.nodes.set(node, { ...content, bytes: Buffer.from(content.bytes) });
  }
  for (const change of changes) applyChange(state, change);
  const image = new Map<string, Buffer | undefined>();
  for (const [name, node] of [...state.names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    // A name in a folder whose own name is lost is lost with it.
    if (image.size === 0 || image.has(path.dirname(name))) image.set(name, bytesOf(state, node));
  }
  return image;
};

const bytesOf = ({ nodes }: DiskState, node: number) => {
  if (node === folderNode) return undefined;
  const content = nodes.get(node);
  return content ? content.bytes.subarray(0, content.length) : Buffer.alloc(0);
};
