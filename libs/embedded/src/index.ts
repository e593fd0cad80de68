export { freePort } from './free-port.ts';
export { natsBinary } from './nats-binary.ts';
export { startNats, type NatsOptions, type NatsServer } from './nats.ts';
export { startNode, type NodeOptions } from './node-service.ts';
export { startPostgres, type PostgresOptions, type PostgresServer } from './postgres.ts';
export { isFreePort, reservePort } from './reserve-port.ts';
export { type Exit, type Log, type ServerProcess } from './server-process.ts';
