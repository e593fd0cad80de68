import { describe, expect, it } from 'vitest';
import { createRecentBytes } from './recent-bytes.ts';

const chunkBytes = 1024 * 1024;

describe('the last bytes of the log', () => {
  it('are found at every position that was kept, and nowhere else', () => {
    const recent = createRecentBytes(10 * chunkBytes);
    const room = recent.reserve(100, 0, 50);
    room.bytes.fill(7, room.start, room.start + 50);
    expect(recent.find(100)).toBeUndefined();
    recent.keep(100, 50);

    const found = recent.find(149);
    expect(found?.bytes[found.start]).toBe(7);
    expect(recent.find(99)).toBeUndefined();
    expect(recent.find(150)).toBeUndefined();
  });

  // Once in some thousand segments the store refused all writes until a restart.
  it.each([0, 1, 31, 32])('go on in a new segment when %i bytes of the chunk are left', (left) => {
    const recent = createRecentBytes(10 * chunkBytes);
    recent.reserve(0, 0, 100);
    recent.reserve(0, 100, chunkBytes - left - 100);
    recent.keep(0, chunkBytes - left);
    const position = chunkBytes - left + 32;

    recent.reserve(position, 0, 0);
    const room = recent.reserve(position, 0, 100);
    room.bytes.fill(9, room.start, room.start + 100);
    recent.keep(position, 100);
    const found = recent.find(position + 99);
    expect(found?.bytes[found.start]).toBe(9);
  });

  it('are as many as they may be: the oldest go first', () => {
    const recent = createRecentBytes(4 * chunkBytes);
    for (let chunk = 0; chunk < 8; chunk++) {
      recent.reserve(chunk * chunkBytes, 0, chunkBytes / 2);
      recent.keep(chunk * chunkBytes, chunkBytes);
    }

    const held = Array.from({ length: 8 }, (_, chunk) => recent.find(chunk * chunkBytes) !== undefined);
    expect(held).toEqual([false, false, false, false, true, true, true, true]);
  });

  it('keep what a group has already when it needs more room', () => {
    const recent = createRecentBytes(10 * chunkBytes);
    recent.reserve(0, 0, 100);
    const room = recent.reserve(0, 100, chunkBytes - 110);
    room.bytes.fill(3, room.start, room.start + chunkBytes - 10);
    const larger = recent.reserve(0, chunkBytes - 10, 100);
    recent.keep(0, chunkBytes + 90);

    expect(larger.bytes[larger.start + chunkBytes - 11]).toBe(3);
  });
});
