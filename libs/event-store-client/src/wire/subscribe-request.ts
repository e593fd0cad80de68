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
  const all = new Options.AllOptions();
  if (from === undefined) {
    all.setStart(new Empty());
  } else {
    const position = new Options.Position();
    position.setCommitPosition(from.toString());
    position.setPreparePosition(from.toString());
    all.setPosition(position);
  }
  const uuids = new Options.UUIDOption();
  uuids.setString(new Empty());
  const options = new Options();
  options.setAll(all);
  options.setSubscription(new Options.SubscriptionOptions());
  options.setUuidOption(uuids);
  options.setFilter(filterOptions(filter));
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
