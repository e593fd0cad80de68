import { spawnSync } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeAbandonedFolders, temporaryFolder } from '../src/temporary-folder.ts';

it('the folder of an interrupted test is removed, the one of a running test stays', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const abandoned = join(tmpdir(), `karrio-test-${pid}-abandoned`);
  await mkdir(abandoned);
  await using folder = await temporaryFolder();

  await removeAbandonedFolders();
  await expect(access(abandoned)).rejects.toThrow('ENOENT');
  await access(folder.path);
});
