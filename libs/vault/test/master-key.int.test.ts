import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMasterKey } from '../src/index.ts';

describe('the master key', () => {
  const key = randomBytes(32);
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vault-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('comes from the variable, padded or not', () => {
    expect(loadMasterKey({ KWE_MASTER_KEY: key.toString('base64') })).toEqual(key);
    expect(loadMasterKey({ KWE_MASTER_KEY: key.toString('base64').replace('=', '') })).toEqual(key);
  });

  it('comes from a file that may end with a line break', () => {
    const file = join(folder, 'master.key');
    writeFileSync(file, `${key.toString('base64')}\n`);
    expect(loadMasterKey({ KWE_MASTER_KEY_FILE: file })).toEqual(key);
  });

  it.each([
    ['nothing is set', {}, 'KWE_MASTER_KEY'],
    ['it is empty', { KWE_MASTER_KEY: '' }, 'KWE_MASTER_KEY'],
    ['it is too short', { KWE_MASTER_KEY: 'c2hvcnQ=' }, 'KWE_MASTER_KEY must hold 32 bytes'],
    ['it is not base64', { KWE_MASTER_KEY: '!'.repeat(43) }, 'KWE_MASTER_KEY must hold 32 bytes'],
    ['the file is missing', { KWE_MASTER_KEY_FILE: '/nowhere/key' }, 'cannot be read'],
  ])('is refused with the way to make one when %s', (_, source, message) => {
    expect(() => loadMasterKey(source)).toThrow(message);
  });

  it('never stands in the refusal', () => {
    const wrong = randomBytes(31).toString('base64');
    expect(() => loadMasterKey({ KWE_MASTER_KEY: wrong })).not.toThrow(wrong);
  });
});
