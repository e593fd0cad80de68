import { varintLength, writeVarint } from '@karrio/protobuf';
import type { ExpectedRevision } from '../event-store.ts';

/** What is written of an event; of those of ours and of the store's own, such as `$metadata`. */
export type ProposedEvent = Readonly<{ id: string; type: string; data: unknown; metadata: unknown }>;

/** An append as `BatchAppendReq` has it: streams.proto of EventStoreDB 20.10 and later. */
export type AppendRequest = Readonly<{
  correlationId: string;
  stream: string;
  events: readonly ProposedEvent[];
  expected: ExpectedRevision | 'any';
  /** In seconds since 1970; the server gives up then. */
  deadline: number;
}>;

/**
 * The bytes of one append, in one message. By hand, since the generated classes take 100 µs for what takes
 * 8 µs here (three events of 400 B), and appends are half of what a run costs.
 */
export const encodeAppend = ({
  correlationId,
  stream,
  events,
  expected,
  deadline,
}: AppendRequest): Buffer => {
  const proposed = events.map(propose);
  const optionsLength = lengthOfOptions(stream, expected, deadline);
  let length = fieldLength(uuidLength) + fieldLength(optionsLength) + 2;
  for (const event of proposed) length += fieldLength(event.length);
  const bytes = Buffer.allocUnsafe(length);
  let at = writeUuid(bytes, 0, correlationId);
  at = writeOptions(bytes, writeHead(bytes, at, 2, optionsLength), stream, expected, deadline);
  for (const event of proposed) at = writeProposed(bytes, writeHead(bytes, at, 3, event.length), event);
  bytes[at++] = tag(4, 0);
  bytes[at] = 1;
  return bytes;
};

type Proposed = Readonly<{
  id: string;
  type: string;
  typeLength: number;
  metadata: string;
  metadataLength: number;
  data: string;
  dataLength: number;
  length: number;
}>;

const uuidTextLength = 36;
/** `UUID { string = 2 }` */
const uuidLength = 2 + uuidTextLength;
const contentType = Buffer.from('\x12\x20\x0a\x0ccontent-type\x12\x10application/json', 'latin1');

const propose = ({ id, type, metadata, data }: ProposedEvent): Proposed => {
  const metadataText = JSON.stringify(metadata);
  const dataText = JSON.stringify(data);
  const typeLength = Buffer.byteLength(type);
  const metadataLength = Buffer.byteLength(metadataText);
  const dataLength = Buffer.byteLength(dataText);
  return {
    id,
    type,
    typeLength,
    metadata: metadataText,
    metadataLength,
    data: dataText,
    dataLength,
    length:
      fieldLength(uuidLength) +
      fieldLength(typeEntryLength(typeLength)) +
      contentType.length +
      fieldLength(metadataLength) +
      fieldLength(dataLength),
  };
};

/** The map entry `type: …`, as key 1 and value 2. */
const typeEntryLength = (typeLength: number) => 6 + fieldLength(typeLength);

const writeProposed = (bytes: Buffer, begin: number, event: Proposed): number => {
  let at = writeUuid(bytes, begin, event.id);
  at = writeHead(bytes, at, 2, typeEntryLength(event.typeLength));
  at = writeText(bytes, at, 1, 'type', 4);
  at = writeText(bytes, at, 2, event.type, event.typeLength);
  at += contentType.copy(bytes, at);
  at = writeText(bytes, at, 3, event.metadata, event.metadataLength);
  return writeText(bytes, at, 4, event.data, event.dataLength);
};

const lengthOfOptions = (stream: string, expected: AppendRequest['expected'], deadline: number) =>
  fieldLength(fieldLength(Buffer.byteLength(stream))) +
  (typeof expected === 'string' ? 2 : 1 + varintLength(expected)) +
  fieldLength(1 + varintLength(deadline));

const writeOptions = (
  bytes: Buffer,
  begin: number,
  stream: string,
  expected: AppendRequest['expected'],
  deadline: number,
): number => {
  const streamLength = Buffer.byteLength(stream);
  let at = writeHead(bytes, begin, 1, fieldLength(streamLength));
  at = writeText(bytes, at, 3, stream, streamLength);
  if (typeof expected === 'string') {
    at = writeHead(bytes, at, expected === 'no-stream' ? 3 : 4, 0);
  } else {
    bytes[at] = tag(2, 0);
    at = writeVarint(bytes, at + 1, expected);
  }
  // Timestamp { seconds = 1 }
  at = writeHead(bytes, at, 6, 1 + varintLength(deadline));
  bytes[at] = tag(1, 0);
  return writeVarint(bytes, at + 1, deadline);
};

const tag = (field: number, wireType: number) => (field << 3) | wireType;

/** Of a field with a length, its head included. */
const fieldLength = (length: number) => 1 + varintLength(length) + length;

const writeHead = (bytes: Buffer, at: number, field: number, length: number): number => {
  bytes[at] = tag(field, 2);
  return writeVarint(bytes, at + 1, length);
};

const writeText = (bytes: Buffer, at: number, field: number, text: string, length: number): number => {
  const begin = writeHead(bytes, at, field, length);
  return begin + bytes.write(text, begin, length);
};

/** Field 1 of type `UUID`, as text: what every message begins with. */
const writeUuid = (bytes: Buffer, at: number, uuid: string): number =>
  writeText(bytes, writeHead(bytes, at, 1, uuidLength), 2, uuid, uuidTextLength);
