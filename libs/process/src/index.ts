export { opsConfig, opsEnv, parseEnv, portEnv, type Env } from './env.ts';
export { runService, type ServiceConfig } from './run-service.ts';
export { startOps, type Ops, type OpsRoute, type Ready } from './ops.ts';
