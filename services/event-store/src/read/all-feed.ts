import type { Catalog } from '../stream/catalog.ts';
import { consideredMax, type Direction, type Feed } from './feed.ts';
import type { EventReader } from './event-reader.ts';
import type { Page } from './page.ts';

export type AllFeedOptions = Readonly<{
  /** The first ordinal; backwards, one behind it. */
  from: number;
  direction: Direction;
  count: number;
  /** Whether an event is wanted, by its stream and type. */
  matches: ((stream: number, type: number) => boolean) | undefined;
  /** Called for every event that was looked at, wanted or not. */
  onConsidered: (position: number, page: Page) => void;
}>;

/** A pattern of somebody's own may take long for one name; others have their turn in between. */
const slowMs = 5;

/** The events of the whole log. */
export const createAllFeed = (catalog: Catalog, reader: EventReader, options: AllFeedOptions): Feed => {
  const { index } = catalog;
  const { direction, matches, onConsidered } = options;
  const step = direction === 'forwards' ? 1 : -1;
  let ordinal = direction === 'forwards' ? options.from : options.from - 1;
  let left = options.count;

  const fill = (page: Page) => {
    const slowAt = performance.now() + slowMs;
    for (let considered = 0; !isTurnOver(considered, page, slowAt); considered++) {
      if (left === 0 || ordinal < 0) return 'finished';
      if (ordinal >= catalog.visible()) return 'end';
      if (index.isRemoved(ordinal)) {
        ordinal += step;
        continue;
      }
      if (!matches || matches(index.streamAt(ordinal), index.typeAt(ordinal))) {
        reader.addTo(page, reader.frameOf(ordinal));
        left--;
      }
      onConsidered(index.positionAt(ordinal), page);
      ordinal += step;
    }
    return left === 0 ? 'finished' : 'more';
  };

  return { fill };
};

const isTurnOver = (considered: number, page: Page, slowAt: number) =>
  considered >= consideredMax || page.isFull() || (considered % 16 === 15 && performance.now() > slowAt);
