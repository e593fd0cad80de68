import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError, type VaultErrorCode } from './errors.ts';
import { openVault } from './vault.ts';

const vault = openVault(Buffer.alloc(32, 7));
const context = 'trigger-wtrg_1';

const codeOf = (attempt: () => unknown): VaultErrorCode | undefined => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof VaultError ? error.code : undefined;
  }
};

describe('sealing', () => {
  it('gives every text back to who has the key and the context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, place) => {
        expect(vault.open(vault.seal(plain, place), place)).toBe(plain);
      }),
    );
  });

  it('hides the text and does not show that two secrets are the same', () => {
    const [first, second] = [vault.seal('hunter2', context), vault.seal('hunter2', context)];
    expect(first).not.toContain('hunter2');
    expect(Buffer.from(first.split('.')[2] ?? '', 'base64url').includes('hunter2')).toBe(false);
    expect(first).not.toBe(second);
  });

  it('opens nothing in another place than it was sealed for, so secrets cannot be moved between triggers', () => {
    const sealed = vault.seal('hunter2', context);
    expect(codeOf(() => vault.open(sealed, 'trigger-wtrg_2'))).toBe('tampered');
  });

  it('opens nothing that was changed in a single character', () => {
    const sealed = vault.seal('hunter2', context);
    const body = sealed.lastIndexOf('.') + 1;
    for (let i = body; i < sealed.length - 1; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      expect(codeOf(() => vault.open(changed, context))).toBe('tampered');
    }
  });

  it('says which key a text was sealed under when it has another', () => {
    const sealed = vault.seal('hunter2', context);
    const other = openVault(randomBytes(32));
    expect(codeOf(() => other.open(sealed, context))).toBe('wrong-key');
    expect(() => other.open(sealed, context)).toThrow(sealed.split('.')[1]);
  });

  it('refuses what it did not seal, and what is cut short', () => {
    const sealed = vault.seal('hunter2', context);
    expect(codeOf(() => vault.open('hunter2', context))).toBe('not-sealed');
    expect(codeOf(() => vault.open(sealed.replace('v1', 'v2'), context))).toBe('not-sealed');
    expect(codeOf(() => vault.open(sealed.slice(0, 30), context))).toBe('tampered');
  });

  it('refuses a master key of another length', () => {
    expect(codeOf(() => openVault(Buffer.alloc(16)))).toBe('bad-master-key');
  });
});
