import { readFileSync } from 'node:fs';

/** A mounted secret changes by its folder's link, which the system does not tell of; so the content is compared. */
const checkEveryMs = 5000;

/** Calls `onChange` when one of the files says something else than before. */
export const watchFiles = (
  files: readonly string[],
  onChange: () => void,
  everyMs = checkEveryMs,
): Disposable => {
  let known = contentOf(files);
  const timer = setInterval(() => {
    const content = contentOf(files);
    if (content === known) return;
    known = content;
    onChange();
  }, everyMs);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
};

const contentOf = (files: readonly string[]) => files.map(read).join('\0');

/** A file that is being replaced may be away for a moment: that is a content like others. */
const read = (file: string) => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};
