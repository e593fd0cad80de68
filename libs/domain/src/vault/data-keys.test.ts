import { describe, expect, it } from 'vitest';
import { activeKey, evolveDataKeys, noDataKeys, type DataKeyEvent } from './data-keys.ts';

const at = '2026-11-22T10:00:00.000Z';
const created = (keyId: string): DataKeyEvent => ({
  type: 'DataKeyCreated',
  data: { keyId, wrapped: `${keyId} under m1`, at },
});
const keysAfter = (...events: readonly DataKeyEvent[]) => events.reduce(evolveDataKeys, noDataKeys);

describe('an organisation’s data keys', () => {
  it('are none before the first is made', () => {
    expect(activeKey(noDataKeys)).toBeUndefined();
  });

  it('seal under the last one made, and keep the earlier ones to open what is older', () => {
    const keys = keysAfter(created('a'), created('b'));
    expect(activeKey(keys)?.keyId).toBe('b');
    expect(keys.map(({ keyId }) => keyId)).toEqual(['a', 'b']);
  });

  it('stay the same keys under another master key', () => {
    const rewrapped = { type: 'DataKeyRewrapped', data: { keyId: 'a', wrapped: 'a under m2', at } } as const;
    expect(keysAfter(created('a'), created('b'), rewrapped)).toEqual([
      { keyId: 'a', wrapped: 'a under m2', isRetired: false },
      { keyId: 'b', wrapped: 'b under m1', isRetired: false },
    ]);
  });

  it('never seal under one that is retired', () => {
    const retired = { type: 'DataKeyRetired', data: { keyId: 'b', at } } as const;
    expect(activeKey(keysAfter(created('a'), created('b'), retired))?.keyId).toBe('a');
  });
});
