import { describe, expect, it } from 'vitest';
import { restAfter } from './pace.ts';

describe('the pause after a batch', () => {
  it('is none while a single client waits for what it wrote', () => {
    expect(restAfter(1, 2)).toBe(0);
  });
  it('lets the events of many runs gather', () => {
    expect(restAfter(30, 5)).toBe(15);
  });
  it('is none where the batch itself took that long', () => {
    expect(restAfter(1_000, 80)).toBe(0);
  });
});
