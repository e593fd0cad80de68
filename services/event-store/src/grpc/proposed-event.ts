import type { EventToWrite } from '../log/group-buffer.ts';
import {
  hasMore,
  MalformedMessage,
  readBytes,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from '@karrio/protobuf';
import { nameBytesMax } from './expected-state.ts';
import { readUuid } from './uuid.ts';

export class MissingMetadataProperty extends Error {
  override readonly name = 'MissingMetadataProperty';
}

const nothing = Buffer.alloc(0);

/** A ProposedMessage; Append and BatchAppend have the same one. */
export const readProposedEvent = (cursor: Cursor): EventToWrite => {
  let id = '';
  let type = '';
  let contentType = '';
  let data: Buffer = nothing;
  let metadata: Buffer = nothing;
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    switch (tag) {
      case 0x0a:
        id = readUuid(readMessage(cursor));
        break;
      case 0x12: {
        const [key, value] = readEntry(readMessage(cursor));
        if (key === 'type') type = value;
        else if (key === 'content-type') contentType = value;
        break;
      }
      case 0x1a:
        metadata = readBytes(cursor);
        break;
      case 0x22:
        data = readBytes(cursor);
        break;
      default:
        skipField(cursor, tag);
    }
  }
  if (id === '') throw new MalformedMessage('an event has no id: give it a UUID');
  if (type === '' || contentType === '') {
    throw new MissingMetadataProperty('an event needs the metadata properties type and content-type');
  }
  if (Buffer.byteLength(type) > nameBytesMax) {
    throw new MalformedMessage(`an event type may have at most ${String(nameBytesMax)} bytes`);
  }
  return { id, type, isJson: contentType === 'application/json', data, metadata };
};

const readEntry = (cursor: Cursor): readonly [string, string] => {
  let key = '';
  let value = '';
  while (hasMore(cursor)) {
    const tag = readVarint(cursor);
    if (tag === 0x0a) key = readText(cursor);
    else if (tag === 0x12) value = readText(cursor);
    else skipField(cursor, tag);
  }
  return [key, value];
};
