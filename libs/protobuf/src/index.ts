export {
  cursorOn,
  hasMore,
  MalformedMessage,
  readBytes,
  readInt64,
  readMessage,
  readText,
  readVarint,
  skipField,
  type Cursor,
} from './reader.ts';
export {
  bytesField,
  emptyField,
  message,
  textField,
  varintField,
  varintLength,
  writeVarint,
} from './writer.ts';
