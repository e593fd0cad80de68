import { join } from 'node:path';
import { freePort, startNats, startNode, startPostgres } from '../src/index.ts';

/** Starts one of each, tells their ports, and waits to be killed. */
const [folder = '', toolsDir = ''] = process.argv.slice(2);
const log = () => undefined;

const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log });
const nats = await startNats({ dataDir: join(folder, 'nats'), toolsDir, log });
const port = await freePort();
const env = { OPS_PORT: String(port), MODE: 'good' };
await startNode({ name: 'service', script: join(import.meta.dirname, 'service.ts'), env, log });
console.log(JSON.stringify([postgres.port, nats.port, port]));
