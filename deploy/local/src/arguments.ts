import { parseArgs } from 'node:util';

export type Request =
  | Readonly<{ kind: 'start'; demo: boolean }>
  | Readonly<{ kind: 'help' }>
  | Readonly<{ kind: 'refused'; reason: string }>;

const options = {
  'no-demo': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the command line asks for. */
export const readArguments = (args: readonly string[]): Request => {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return values.help ? { kind: 'help' } : { kind: 'start', demo: !values['no-demo'] };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    return { kind: 'refused', reason: `${reason}. The options are --no-demo and --help.` };
  }
};

export const usage = `npm start [-- --no-demo | --help]

Starts PostgreSQL, NATS, the event store and every service on this machine, and stops them on Ctrl-C.

  --no-demo   start without the demonstration and its shop
  --help      show this

Environment
  DATA_DIR                      where data, logs, keys and stack.json are kept (default: .data in the checkout)
  HTTP_PORT or PORT             the gateway's port (default: a free one, the same as last time if it can be)
  HTTP_HOST                     the gateway's address (default: 127.0.0.1)
  DATABASE_URL, NATS_URL, EVENTSTORE_URL
                                use these servers instead of starting one
  NATS_SERVER_BIN               the nats-server to start (default: from PATH, else the distribution's package)
  EGRESS_ALLOW                  hosts in private networks that workflows may call, such as 127.0.0.1:8080
  KWE_MASTER_KEY_FILE or KWE_MASTER_KEY
                                the key that seals secrets (default: master.key in DATA_DIR)
  LOG_LEVEL                     of the services (default: info)
  OTEL_EXPORTER_OTLP_ENDPOINT   where traces go (default: nowhere)
`;
