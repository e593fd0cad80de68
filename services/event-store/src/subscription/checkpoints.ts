import { readResponses } from '../grpc/read-responses.ts';
import type { Page } from '../read/page.ts';

/** Tells a filtered subscriber how far it is, also where nothing was for it. Never the same place twice. */
export type Checkpoints = Readonly<{
  startAt: (position: number | undefined) => void;
  consider: (position: number, page: Page) => void;
  addCurrent: (page: Page) => void;
}>;

export const createCheckpoints = (every: number): Checkpoints => {
  let considered = 0;
  let current: number | undefined;
  let sent: number | undefined;

  const addCurrent = (page: Page) => {
    if (current === undefined || current === sent) return;
    sent = current;
    const frame = readResponses.checkpoint(current);
    page.add(frame, 0, frame.length);
  };

  const consider = (position: number, page: Page) => {
    current = position;
    considered++;
    if (considered % every === 0) addCurrent(page);
  };

  /** Where the subscriber is already is no news to it. */
  const startAt = (position: number | undefined) => {
    sent = position;
  };

  return { startAt, consider, addCurrent };
};
