import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SegmentSnapshot } from './segment-snapshot.ts';
import { decodeSnapshot, encodeSnapshot, type DecodedSnapshot } from './snapshot-codec.ts';

/** Beside its segment, with the same name. */
export const snapshotFileOf = (segmentFile: string) => segmentFile.replace(/\.log$/, '.index');

/** undefined where there is none. */
export const readSnapshot = (file: string): DecodedSnapshot | undefined => {
  try {
    return decodeSnapshot(readFileSync(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { unusable: error instanceof Error ? error.message : String(error) };
  }
};

/** Durable when it resolves; a crash leaves the file as it was, or as it shall be. */
export const writeSnapshot = async (file: string, snapshot: SegmentSnapshot) => {
  const draft = `${file}.tmp`;
  await using handle = await open(draft, 'w');
  let at = 0;
  for (const piece of encodeSnapshot(snapshot)) {
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await handle.write(piece, done, piece.length - done, at + done);
      done += bytesWritten;
    }
    at += piece.length;
    await nextTurn();
  }
  await handle.sync();
  await rename(draft, file);
  await using folder = await open(path.dirname(file), 'r');
  await folder.sync();
};
