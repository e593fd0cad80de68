import { resolve } from 'node:path';
import { freePort, startNode, type Log, type ServerProcess } from '@karrio/embedded';

const services = resolve(import.meta.dirname, '../../../services');

export type ServiceOptions = Readonly<{
  log?: Log | undefined;
  /** Node's own, such as `['--import', '@karrio/telemetry/register']`. */
  execArgv?: readonly string[] | undefined;
}>;

export interface ServiceProcess extends ServerProcess {
  /** Where /healthz, /readyz and /metrics are. */
  readonly opsUrl: string;
}

/** `services/<name>` as a process of its own, ready when this resolves. `env` is all that it gets to know. */
export const startService = async (
  name: string,
  env: Readonly<Record<string, string>>,
  { log = () => undefined, execArgv }: ServiceOptions = {},
): Promise<ServiceProcess> => {
  const opsPort = env['OPS_PORT'] ?? String(await freePort());
  const script = resolve(services, name, 'src/main.ts');
  const server = await startNode({ name, script, env: { ...env, OPS_PORT: opsPort }, log, execArgv });
  return { ...server, opsUrl: `http://127.0.0.1:${opsPort}` };
};
