import type { Call } from './call.ts';

/** Replies of one turn leave in one write. A client that does not read them is not read from. */
export type ReplyQueue = Readonly<{ add: (frame: Buffer) => void; end: () => void }>;

export const createReplyQueue = (call: Call): ReplyQueue => {
  let frames: Buffer[] = [];
  let isScheduled = false;
  let isEnding = false;

  const flush = () => {
    isScheduled = false;
    const [first] = frames;
    if (first && !call.write(frames.length === 1 ? first : Buffer.concat(frames))) {
      call.pause();
      call.onDrain(call.resume);
    }
    frames = [];
    if (isEnding) call.end();
  };

  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(flush);
  };

  return {
    add: (frame) => {
      frames.push(frame);
      schedule();
    },
    end: () => {
      isEnding = true;
      schedule();
    },
  };
};
