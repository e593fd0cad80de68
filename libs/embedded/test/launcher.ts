import { join } from 'node:path';
import { startNats, startNode, startPostgres } from '../src/index.ts';

/** Starts one of each on the ports that it is given, says so, and waits to be killed. */
const [folder = '', toolsDir = '', ...ports] = process.argv.slice(2);
const [postgres = 0, nats = 0, service = 0] = ports.map(Number);
const log = () => undefined;

await startPostgres({ dataDir: join(folder, 'postgres'), port: postgres, log });
await startNats({ dataDir: join(folder, 'nats'), port: nats, toolsDir, log });
const env = { OPS_PORT: String(service), MODE: 'good' };
await startNode({ name: 'service', script: join(import.meta.dirname, 'service.ts'), env, log });
console.log('up');
