import { connect } from 'node:http2';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

/**
 * Follows the whole log over connections of its own, and throws away what comes: a client that decoded it would take
 * the cores that the server needs. Started with the port and the number of subscribers.
 */
const [port, count] = process.argv.slice(2).map(Number);

const request = () => {
  const options = new streams.ReadReq.Options();
  const all = new streams.ReadReq.Options.AllOptions();
  all.setEnd(new shared.Empty());
  options.setAll(all);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setNoFilter(new shared.Empty());
  const uuid = new streams.ReadReq.Options.UUIDOption();
  uuid.setString(new shared.Empty());
  options.setUuidOption(uuid);
  const message = new streams.ReadReq();
  message.setOptions(options);
  const bytes = Buffer.from(message.serializeBinary());
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
};

let live = 0;
for (let subscriber = 0; subscriber < (count ?? 0); subscriber++) {
  const call = connect(`http://127.0.0.1:${port}`).request({
    ':method': 'POST',
    ':path': '/event_store.client.streams.Streams/Read',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.once('data', () => {
    live++;
    if (live === count) process.send?.('live');
  });
  call.resume();
  call.end(request());
}
process.on('disconnect', () => process.exit(0));
