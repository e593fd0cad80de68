import { createServer } from 'node:http';

/** The shop of the reference job: 1 KB of JSON with ten orders, as fast as a Node server can. */
const orders = Array.from({ length: 10 }, (_, index) => ({
  id: 1_001 + index,
  customer: { first_name: 'Ada', last_name: `Customer ${index}` },
  total_price: 19.9 + index,
  currency: 'EUR',
}));
const body = Buffer.from(JSON.stringify({ orders }));

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('disconnect', () => process.exit(0));
