import { cursorOn, hasMore, readBytes, readVarint, skipField } from '@karrio/protobuf';
import { messageOf } from './frame.ts';

const grpcPrefixBytes = 5;

/** The RecordedEvent inside a frame, encoded. */
export const recordedEventOf = (frame: Buffer, start: number): Buffer => {
  const response = messageOf(frame, start).subarray(grpcPrefixBytes);
  return fieldOf(fieldOf(response, readEventTag), recordedTag);
};

/** The payload of the event in a frame. */
export const dataOf = (frame: Buffer, start: number): Buffer =>
  fieldOf(recordedEventOf(frame, start), dataTag);

const readEventTag = 0x0a;
const recordedTag = 0x0a;
const dataTag = 0x42;

const fieldOf = (message: Buffer, wanted: number): Buffer => {
  const cursor = cursorOn(message);
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === wanted) return readBytes(cursor);
    skipField(cursor, tag);
  }
  return Buffer.alloc(0);
};
