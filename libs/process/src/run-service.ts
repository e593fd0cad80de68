import { createLogger, flushTraces, type Logger } from '@karrio/telemetry';
import type { Env } from './env.ts';
import { stopRequest } from './stop-request.ts';

export type ServiceConfig = Readonly<{ logLevel: string; shutdownGraceMs: number }>;

type Service<C extends ServiceConfig> = Readonly<{
  name: string;
  env: Env;
  /** @throws Error whose message tells what to set. */
  loadConfig: (env: Env) => C;
  start: (config: C, log: Logger) => Promise<AsyncDisposable>;
}>;

/**
 * A service from start to end, for its main.ts. Ends with status 0 after SIGTERM, SIGINT or the loss of the
 * process that started it, 1 after a fault or when the grace period is over, 2 when it is not configured.
 */
export const runService = async <C extends ServiceConfig>({ name, env, loadConfig, start }: Service<C>) => {
  const config = configOrExit(name, () => loadConfig(env));
  const log = createLogger(name, config.logLevel);
  endOnUncaught(log);

  const stop = stopRequest();
  void stop.then((reason) => {
    log.info({ reason }, 'service stopping');
    setTimeout(() => {
      log.error({ graceMs: config.shutdownGraceMs }, 'service did not stop within its grace period');
      process.exit(1);
    }, config.shutdownGraceMs);
  });

  try {
    // Told to stop before it is ready, it ends at once: a start may wait for a backing store for ever, and it
    // has promised nothing to anybody that a kill would not keep.
    const service = await Promise.race([start(config, log), stop.then(() => undefined)]);
    if (service !== undefined) {
      log.info('service ready');
      await stop;
      await service[Symbol.asyncDispose]();
    }
  } catch (error) {
    log.fatal({ err: error }, 'service failed');
    await flushTraces();
    process.exit(1);
  }
  await flushTraces();
  log.info('service stopped');
  process.exit(0);
};

const configOrExit = <C>(name: string, load: () => C): C => {
  try {
    return load();
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
};

/** After an error nobody handled the process's state is unknown: say so and let the supervisor start afresh. */
const endOnUncaught = (log: Logger) => {
  const end = (error: unknown) => {
    log.fatal({ err: error }, 'error was not handled');
    process.exit(1);
  };
  process.on('unhandledRejection', end);
  process.on('uncaughtException', end);
};
