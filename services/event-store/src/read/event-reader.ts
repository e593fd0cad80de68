import type { EventLog } from '../log/event-log.ts';
import type { FrameAt } from '../log/recent-bytes.ts';
import { frameHeaderBytes, frameLength } from '../log/frame.ts';
import type { Catalog } from '../stream/catalog.ts';
import { resolveLink } from './resolve-link.ts';
import type { Page } from './page.ts';

/** Brings the events of a log into pages. */
export type EventReader = Readonly<{
  frameOf: (ordinal: number) => FrameAt;
  addTo: (page: Page, frame: FrameAt) => void;
}>;

export type ReaderOptions = Readonly<{ isSequential: boolean; resolveLinks: boolean }>;

export const createEventReader = (log: EventLog, catalog: Catalog, options: ReaderOptions): EventReader => {
  const { index } = catalog;
  const read = options.isSequential ? log.sequentialReader() : log.streamReader();

  const frameOf = (ordinal: number) => {
    const next = ordinal + 1 < catalog.visible() ? index.positionAt(ordinal + 1) : log.end();
    return read(index.positionAt(ordinal), next);
  };

  const addTo = (page: Page, { bytes, start }: FrameAt) => {
    const resolved = options.resolveLinks ? resolveLink({ bytes, start }, log, catalog) : undefined;
    if (resolved) page.add(resolved, 0, resolved.length);
    else page.add(bytes, start + frameHeaderBytes, start + frameLength(bytes, start));
  };

  return { frameOf, addTo };
};
