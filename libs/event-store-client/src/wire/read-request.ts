import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LogFilter } from '../event-store.ts';

// Generated CommonJS: its names exist at run time only, so they cannot be imported one by one.
const { Empty } = shared;
const { Options } = streams.ReadReq;
/** A checkpoint comes after this many events that the filter left out, times the window of 32. */
const checkpointInterval = 32;

/** A subscription to $all after a position, of what the filter lets through. */
export const subscribeToAll = (from: bigint | undefined, filter: LogFilter): ReadReq => {
  const options = allOptions(from, filter);
  options.setSubscription(new Options.SubscriptionOptions());
  return requestOf(options);
};

/** What a subscription would begin with; unlike there, the event at the position is among them. */
export const readAllForwards = (from: bigint | undefined, filter: LogFilter, count: number): ReadReq => {
  const options = allOptions(from, filter);
  options.setCount(String(count));
  return requestOf(options);
};

/** A whole stream. */
export const readStreamForwards = (name: string): ReadReq => {
  const stream = streamNamed(name);
  stream.setStart(new Empty());
  return requestOf(streamOptions(stream, Number.MAX_SAFE_INTEGER));
};

/** A stream's last event. */
export const readStreamEnd = (name: string): ReadReq => {
  const stream = streamNamed(name);
  stream.setEnd(new Empty());
  return requestOf(streamOptions(stream, 1), Options.ReadDirection.BACKWARDS);
};

const streamNamed = (name: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  const stream = new Options.StreamOptions();
  stream.setStreamIdentifier(identifier);
  return stream;
};

const streamOptions = (stream: ReturnType<typeof streamNamed>, count: number) => {
  const options = new Options();
  options.setStream(stream);
  options.setCount(String(count));
  options.setNoFilter(new Empty());
  return options;
};

const allOptions = (from: bigint | undefined, filter: LogFilter) => {
  const all = new Options.AllOptions();
  if (from === undefined) {
    all.setStart(new Empty());
  } else {
    const position = new Options.Position();
    position.setCommitPosition(from.toString());
    position.setPreparePosition(from.toString());
    all.setPosition(position);
  }
  const options = new Options();
  options.setAll(all);
  options.setFilter(filterOptions(filter));
  return options;
};

type Direction = (typeof Options.ReadDirection)[keyof typeof Options.ReadDirection];

const requestOf = (
  options: InstanceType<typeof Options>,
  direction: Direction = Options.ReadDirection.FORWARDS,
): ReadReq => {
  const uuids = new Options.UUIDOption();
  uuids.setString(new Empty());
  options.setUuidOption(uuids);
  options.setReadDirection(direction);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
};

const filterOptions = (filter: LogFilter) => {
  const expression = new Options.FilterOptions.Expression();
  const options = new Options.FilterOptions();
  if ('streamPrefixes' in filter) {
    expression.setPrefixList([...filter.streamPrefixes]);
    options.setStreamIdentifier(expression);
  } else {
    expression.setPrefixList([...filter.eventTypePrefixes]);
    options.setEventType(expression);
  }
  options.setCount(new Empty());
  options.setCheckpointintervalmultiplier(checkpointInterval);
  return options;
};
