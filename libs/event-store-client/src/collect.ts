import type { LogBatch, Recorded } from './event-store.ts';
import type { ReadStream } from './wire/channel.ts';
import type { ReadResponse } from './wire/read-response.ts';

type Gathered = { events: Recorded[]; position: bigint | undefined; isCaughtUp: boolean; hasNews: boolean };

/** Whether it was news. */
const gather = (gathered: Gathered, response: ReadResponse): boolean => {
  switch (response.is) {
    case 'event':
      gathered.position = response.position;
      if (response.recorded) gathered.events.push(response.recorded);
      return true;
    case 'checkpoint':
      gathered.position = response.position;
      return true;
    case 'caught-up':
      gathered.isCaughtUp = true;
      return true;
    case 'fell-behind':
      gathered.isCaughtUp = false;
      return false;
    case 'other':
      return false;
  }
};

type CollectOptions = Readonly<{
  from: bigint | undefined;
  batchMax: number;
  /** Called for everything that arrives, with the position it leads to. */
  onHeard: (position: bigint | undefined) => void;
}>;

/** What has arrived and was not taken; reads on only while there is room. */
export const collect = (source: ReadStream, { from, batchMax, onHeard }: CollectOptions) => {
  const gathered: Gathered = { events: [], position: from, isCaughtUp: false, hasNews: false };
  let failure: Error | undefined;
  let isOver = false;
  let notify = () => {};

  const end = (error?: Error) => {
    failure ??= error;
    isOver = true;
    notify();
  };
  source
    .on('data', (response: ReadResponse) => {
      const isNews = gather(gathered, response);
      onHeard(gathered.position);
      if (!isNews) return;
      gathered.hasNews = true;
      if (gathered.events.length >= batchMax) source.pause();
      notify();
    })
    .on('error', end)
    .on('end', () => end());

  return {
    take: (): LogBatch | undefined => {
      if (!gathered.hasNews) return undefined;
      const { events, position, isCaughtUp } = gathered;
      gathered.events = [];
      gathered.hasNews = false;
      if (source.isPaused()) source.resume();
      return { events, position: position ?? 0n, isCaughtUp };
    },
    isWaiting: () => gathered.hasNews,
    /** Ends it as if the stream had broken. */
    fail: end,
    /** Whether nothing more will come. @throws Error when that is because the stream broke */
    isOver: (): boolean => {
      if (failure) throw failure;
      return isOver;
    },
    news: () => new Promise<void>((resolve) => (notify = resolve)),
  };
};
