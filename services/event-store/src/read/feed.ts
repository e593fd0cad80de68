import type { Page } from './page.ts';

/**
 * - `more`: the page is full, or enough was looked at for one turn of the event loop
 * - `end`: there is nothing more for now; a live reader waits
 * - `finished`: there is nothing more, ever
 */
export type FeedState = 'more' | 'end' | 'finished';

/** Events in order. Each call goes on where the one before stopped. */
export type Feed = Readonly<{ fill: (page: Page) => FeedState }>;

export type Direction = 'forwards' | 'backwards';

/** Bounds how long a reader that finds little may keep the event loop: 4,096 index entries are 0.2 ms. */
export const consideredMax = 4096;
