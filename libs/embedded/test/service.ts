import { createServer } from 'node:http';

/** Stands for one of our services. `MODE` is what it does wrong. */
const { MODE: mode, OPS_PORT: port } = process.env;

console.log('starting');
if (mode === 'broken') throw new Error('EVENTSTORE_URL is missing');
if (mode === 'stubborn') process.on('SIGTERM', () => console.log('not now'));
let asked = 0;
createServer((_, response) => {
  asked += 1;
  response.writeHead(mode === 'slow' && asked < 5 ? 503 : 200).end(String(asked));
}).listen(Number(port), '127.0.0.1');
