import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '@karrio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMasterKeys } from '../src/index.ts';

describe('the master key', () => {
  const key = randomBytes(32);
  let folder: TemporaryFolder;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it('comes from the variable, padded or not', () => {
    const base64 = key.toString('base64');
    expect(loadMasterKeys({ KWE_MASTER_KEY: base64 }).current.bytes).toEqual(key);
    expect(loadMasterKeys({ KWE_MASTER_KEY: base64.replace('=', '') }).current.bytes).toEqual(key);
  });

  it('comes from a file that may end with a line break, and so does the one before it', () => {
    const file = join(folder.path, 'master.key');
    writeFileSync(file, `${key.toString('base64')}\n`);
    expect(loadMasterKeys({ KWE_MASTER_KEY_FILE: file })).toMatchObject({
      current: { bytes: key },
      previous: undefined,
    });
    const both = { KWE_MASTER_KEY: randomBytes(32).toString('base64'), KWE_MASTER_KEY_PREVIOUS_FILE: file };
    expect(loadMasterKeys(both).previous?.bytes).toEqual(key);
  });

  it.each([
    ['nothing is set', {}, 'KWE_MASTER_KEY'],
    ['it is empty', { KWE_MASTER_KEY: '' }, 'KWE_MASTER_KEY'],
    ['it is too short', { KWE_MASTER_KEY: 'c2hvcnQ=' }, 'KWE_MASTER_KEY must hold 32 bytes'],
    ['it is not base64', { KWE_MASTER_KEY: '!'.repeat(43) }, 'KWE_MASTER_KEY must hold 32 bytes'],
    ['the file is missing', { KWE_MASTER_KEY_FILE: '/nowhere/key' }, 'cannot be read'],
    [
      'the previous one is malformed',
      { KWE_MASTER_KEY: Buffer.alloc(32).toString('base64'), KWE_MASTER_KEY_PREVIOUS: 'x' },
      'KWE_MASTER_KEY_PREVIOUS must hold',
    ],
  ])('is refused with the way to make one when %s', (_, source, message) => {
    expect(() => loadMasterKeys(source)).toThrow(message);
  });

  it('never stands in the refusal', () => {
    const wrong = randomBytes(31).toString('base64');
    expect(() => loadMasterKeys({ KWE_MASTER_KEY: wrong })).not.toThrow(wrong);
  });
});
