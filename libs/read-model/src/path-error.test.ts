import { expect, it } from 'vitest';
import { blaming, PathError } from './path-error.ts';

const failing = (code: string) => async () => {
  throw Object.assign(new Error('no'), { code });
};
const page = { rows: [], cursors: [], hasNext: failing('22007'), hasPrevious: failing('57014') };

it('blames a path also for what shows only when the page is looked at, and for nothing else', async () => {
  const shown = blaming('$.x').blamedPage({ ...page, count: failing('22021') });
  await expect(shown.hasNext()).rejects.toThrow(PathError);
  await expect(shown.hasPrevious()).rejects.not.toThrow(PathError);
  await expect(shown.count()).rejects.not.toThrow(PathError);
  await expect(blaming(undefined).blamed(failing('22007'))).rejects.not.toThrow(PathError);
});
