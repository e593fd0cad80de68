import { closeSync, fstatSync } from 'node:fs';
import { idOf } from '../log/frame.ts';
import { scanFrames } from '../log/scan-segment.ts';
import { listSegmentsOfLog, openSegment } from '../log/segment-file.ts';

/** The id of the first event, which no scavenge removes. @throws Error where it cannot be read */
export const logIdOf = (folder: string): string => {
  const [first] = listSegmentsOfLog(folder);
  const segment = first && openSegment(first.file, first.base, 'r');
  if (!segment) throw new Error(`the log in ${folder} has no beginning: verify the folder`);
  try {
    for (const { bytes, start } of scanFrames(segment, fstatSync(segment.descriptor).size))
      return idOf(bytes, start);
  } finally {
    closeSync(segment.descriptor);
  }
  throw new Error(`the first event of ${segment.file} cannot be read: verify the folder`);
};
