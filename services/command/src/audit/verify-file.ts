import { z } from 'zod';
import { firstBreak, linkedFrom, type Link } from './chain.ts';

const Line = z.object({
  org: z.string(),
  entry: z.looseObject({ number: z.int().min(0) }),
  previous: z.string(),
  hash: z.string(),
});

/** Whether an export in JSON lines is an unbroken piece of one audit log. */
export const verifyFile = (text: string, say: (line: string) => void): boolean => {
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed = lines.map((line) => Line.parse(JSON.parse(line)));
  const [first] = parsed;
  if (!first) {
    say('The file has no entries.');
    return false;
  }
  // oxlint-disable-next-line typescript/consistent-type-assertions -- hashed as it came, whatever else it has
  const links = parsed as unknown as readonly Link[];
  const broken =
    first.entry.number === 0
      ? firstBreak(first.org, links)
      : linkedFrom(first.previous, first.entry.number, links);
  const upTo = first.entry.number + parsed.length - 1;
  say(
    broken
      ? `${first.org}: BROKEN at entry ${broken.number}: ${broken.because}`
      : `${first.org}: entries ${first.entry.number} to ${upTo} hold; the last hash is ${parsed.at(-1)?.hash}`,
  );
  return broken === undefined;
};
