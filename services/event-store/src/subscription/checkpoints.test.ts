import { describe, expect, it } from 'vitest';
import { createCheckpoints } from './checkpoints.ts';

const sentBy = (
  work: (checkpoints: ReturnType<typeof createCheckpoints>, consider: (n: number) => void) => void,
) => {
  let frames = 0;
  const page = {
    add: () => {
      frames++;
    },
    isFull: () => false,
    isEmpty: () => frames === 0,
    take: () => Buffer.alloc(0),
  };
  const checkpoints = createCheckpoints(32);
  let position = 100;
  work(checkpoints, (count) => {
    for (let n = 0; n < count; n++) checkpoints.consider(position++, page);
  });
  checkpoints.addCurrent(page);
  return frames;
};

describe('checkpoints', () => {
  it('come once per interval, and once where the log ends', () => {
    expect(sentBy((_checkpoints, consider) => consider(70))).toBe(3);
  });

  it('never name the same place twice', () => {
    expect(sentBy((_checkpoints, consider) => consider(64))).toBe(2);
  });

  it('tell a subscriber nothing that it told the server', () => {
    expect(sentBy((checkpoints) => checkpoints.startAt(99))).toBe(0);
  });
});
