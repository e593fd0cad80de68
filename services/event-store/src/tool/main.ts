import { backUp } from '../backup/back-up.ts';
import { findingLine } from '../verify/finding.ts';
import { verifyFolder, type Verified, type VerifyOptions } from '../verify/verify-folder.ts';
import { parseCommand, usage } from './parse-command.ts';

const command = parseCommand(process.argv.slice(2));

const say = (line: string) => process.stdout.write(`${line}\n`);

/** At most once a second, so that it can be read, on stderr, so that the findings can be kept apart. */
const createProgress = () => {
  let saidAt = performance.now();
  return (line: () => string) => {
    if (performance.now() - saidAt < 1000) return;
    saidAt = performance.now();
    process.stderr.write(`${line()}\n`);
  };
};
const progress = createProgress();

const verifying: VerifyOptions = {
  onFinding: (finding) => say(findingLine(finding)),
  onProgress: ({ segments, segmentsDone, events }) => {
    progress(
      () => `verified ${String(segmentsDone)} of ${String(segments)} segments, ${String(events)} events`,
    );
  },
};

const conclude = (
  folder: string,
  { segments, events, streams, end, unfinishedBytes, findings }: Verified,
) => {
  const tail =
    unfinishedBytes > 0 ? `, and ${String(unfinishedBytes)} bytes of a write that is not finished` : '';
  say(
    `${folder}: ${String(events)} events of ${String(streams)} streams in ${String(segments)} segments, up to position ${String(end)}${tail}`,
  );
  say(findings === 0 ? 'sound' : `${String(findings)} findings: restore the files from a backup`);
  process.exitCode = findings === 0 ? 0 : 1;
};

try {
  switch (command.kind) {
    case 'verify':
      conclude(command.folder, verifyFolder(command.folder, verifying));
      break;
    case 'backup': {
      const { copied, verified } = backUp(command.from, command.to, {
        verify: verifying,
        onCopied: ({ segments, segmentsDone, copiedBytes }) => {
          progress(
            () =>
              `copied ${String(segmentsDone)} of ${String(segments)} segments, ${String(copiedBytes)} bytes`,
          );
        },
      });
      say(`copied ${String(copied.copiedBytes)} bytes`);
      conclude(command.to, verified);
      break;
    }
    case 'unknown':
      process.stderr.write(`${usage}\n`);
      process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
