import type { EventToWrite } from '../log/group-buffer.ts';

/** The real server's limit, which counts the data of the events alone. */
export const appendBytesMax = 1_048_576;

/** Metadata counts against the size of a message only; an append in many chunks would have no limit otherwise. */
const totalBytesMax = 16 * 1024 * 1024;

/** The events of one append as they arrive. Once it is too large it holds nothing any more. */
export const createEventCollection = () => {
  let events: EventToWrite[] = [];
  let dataBytes = 0;
  let totalBytes = 0;
  let isTooLarge = false;

  const add = (event: EventToWrite) => {
    if (isTooLarge) return;
    dataBytes += event.data.length;
    totalBytes += event.data.length + event.metadata.length + event.type.length + eventBytesMin;
    events.push(event);
    if (dataBytes <= appendBytesMax && totalBytes <= totalBytesMax) return;
    isTooLarge = true;
    events = [];
  };

  return {
    add,
    events: (): readonly EventToWrite[] => events,
    isTooLarge: () => isTooLarge,
    totalBytes: () => totalBytes,
  };
};

/** What an event without data takes in memory. */
const eventBytesMin = 200;
