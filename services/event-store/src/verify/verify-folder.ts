import { closeSync } from 'node:fs';
import { readDurableMark } from '../log/durable-mark.ts';
import { listSegmentsOfLog, openSegment, UnusableSegment } from '../log/segment-file.ts';
import { compareSnapshot } from './compare-snapshot.ts';
import type { Finding } from './finding.ts';
import { createStreamRevisions } from './stream-revisions.ts';
import { verifySegment, type SegmentEnd } from './verify-segment.ts';

export type Verified = Readonly<{
  segments: number;
  events: number;
  streams: number;
  end: number;
  unfinishedBytes: number;
  findings: number;
}>;

export type VerifyOptions = Readonly<{
  onFinding: (finding: Finding) => void;
  onProgress: (progress: Readonly<{ segments: number; segmentsDone: number; events: number }>) => void;
}>;

/**
 * Reads all of a log and changes nothing: of a server that is stopped, of one that runs, or of a copy.
 * @throws Error where there is no log
 */
export const verifyFolder = (folder: string, { onFinding, onProgress }: VerifyOptions): Verified => {
  // Read first: what is written meanwhile is not behind it yet.
  const durableEnd = readDurableMark(folder);
  const files = listSegmentsOfLog(folder);
  const [first] = files;
  const check = createCheck(durableEnd, onFinding);
  if (first && first.base > 0)
    check.report(first.file, 0, `the events before position ${String(first.base)} are missing`);
  for (const [index, { file, base }] of files.entries()) {
    check.verify(file, base, files[index + 1]?.base);
    onProgress({ segments: files.length, segmentsDone: index + 1, events: check.verified().events });
  }
  return { segments: files.length, ...check.verified() };
};

const createCheck = (durableEnd: number, onFinding: VerifyOptions['onFinding']) => {
  const revisions = createStreamRevisions();
  let events = 0;
  let findings = 0;
  let last: SegmentEnd = { end: 0, unfinishedBytes: 0 };

  const report = (file: string, offset: number, problem: string) => {
    findings++;
    onFinding({ file, offset, problem });
  };

  const verify = (file: string, base: number, next: number | undefined) => {
    // A newest segment without a header is one that a crash left, which a start forgets.
    const mayBeEmpty = next === undefined && base >= durableEnd;
    const segment = openToRead(file, base, mayBeEmpty, report);
    if (!segment) return revisions.allowGaps();
    if (segment.table) revisions.allowScavenged();
    const snapshot = compareSnapshot(segment, (snapshotFile, problem) => {
      report(snapshotFile, 0, problem);
    });
    try {
      last = verifySegment({
        segment,
        next,
        durableEnd,
        onEvent: (header, offset) => {
          events++;
          snapshot.see(header);
          const problem = revisions.see(header.stream, header.revision);
          if (problem !== undefined) report(file, offset, problem);
        },
        onGap: () => {
          snapshot.giveUp();
          revisions.allowGaps();
        },
        report: (offset, problem) => {
          report(file, offset, problem);
        },
      });
      snapshot.end();
    } finally {
      closeSync(segment.descriptor);
    }
  };

  return { report, verify, verified: () => ({ events, findings, streams: revisions.streams(), ...last }) };
};

const openToRead = (
  file: string,
  base: number,
  mayBeEmpty: boolean,
  report: (file: string, offset: number, problem: string) => void,
) => {
  try {
    const segment = openSegment(file, base, 'r');
    if (!segment && !mayBeEmpty) report(file, 0, 'its header is missing');
    return segment;
  } catch (error) {
    if (!(error instanceof UnusableSegment)) throw error;
    report(file, error.offset, error.message);
    return undefined;
  }
};
