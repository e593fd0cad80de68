import { z } from 'zod';
import { isLoopback } from './loopback.ts';
import type { TlsFiles } from './tls.ts';

/** To be spread into the schema of the environment. */
export const accessEnv = {
  EVENTSTORE_HOST: z.string().default('127.0.0.1'),
  EVENTSTORE_TLS_CERT_FILE: z.string().optional(),
  EVENTSTORE_TLS_KEY_FILE: z.string().optional(),
  EVENTSTORE_TLS_CLIENT_CA_FILE: z.string().optional(),
  EVENTSTORE_USERS: z.string().optional(),
  EVENTSTORE_USERS_FILE: z.string().optional(),
  EVENTSTORE_INSECURE: z.stringbool().default(false),
};
const AccessEnv = z.object(accessEnv);
type AccessEnv = z.infer<typeof AccessEnv>;

/** Where the users are written: in a file, or in the setting itself. */
export type UsersSource = Readonly<{ file: string } | { text: string }>;

export type AccessSettings = Readonly<{
  host: string;
  tls: TlsFiles | undefined;
  users: UsersSource | undefined;
  /** The operator has said that whoever reaches the port may do everything. */
  isInsecure: boolean;
}>;

/** @throws Error that says what to set, also where strangers would be let in without a word */
export const accessSettings = (env: AccessEnv): AccessSettings => {
  const settings = {
    host: env.EVENTSTORE_HOST,
    tls: tlsFiles(env),
    users: usersSource(env),
    isInsecure: env.EVENTSTORE_INSECURE,
  };
  const fault = accessFault(settings);
  if (fault !== undefined) throw new Error(fault);
  return settings;
};

const tlsFiles = (env: AccessEnv): AccessSettings['tls'] => {
  const certFile = env.EVENTSTORE_TLS_CERT_FILE;
  const keyFile = env.EVENTSTORE_TLS_KEY_FILE;
  const clientCaFile = env.EVENTSTORE_TLS_CLIENT_CA_FILE;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile, clientCaFile };
  if ((certFile ?? keyFile ?? clientCaFile) === undefined) return undefined;
  throw new Error('TLS needs both EVENTSTORE_TLS_CERT_FILE and EVENTSTORE_TLS_KEY_FILE: set the other one');
};

const usersSource = (env: AccessEnv): AccessSettings['users'] => {
  const file = env.EVENTSTORE_USERS_FILE;
  const text = env.EVENTSTORE_USERS;
  if (file !== undefined && text !== undefined)
    throw new Error('EVENTSTORE_USERS and EVENTSTORE_USERS_FILE exclude each other: set one of them');
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text };
};

/**
 * Whoever speaks to the store may rewrite what every organisation sees, so letting strangers in has to be said.
 * A warning would not do: it stands in the log of a container that nobody reads while everything works.
 */
const accessFault = (settings: AccessSettings): string | undefined => {
  const { host, tls, users, isInsecure } = settings;
  if (isInsecure) return undefined;
  if (users && !tls)
    return (
      'users need TLS, since clients send their credentials over TLS only: set EVENTSTORE_TLS_CERT_FILE and ' +
      'EVENTSTORE_TLS_KEY_FILE, or EVENTSTORE_INSECURE=true where a proxy in front does the TLS'
    );
  if (!isOpenToStrangers(settings)) return undefined;
  return (
    `EVENTSTORE_HOST=${host} lets other machines in: set EVENTSTORE_TLS_CERT_FILE, EVENTSTORE_TLS_KEY_FILE and ` +
    'EVENTSTORE_USERS_FILE (or EVENTSTORE_TLS_CLIENT_CA_FILE); where the network lets nobody but your own ' +
    'services in, EVENTSTORE_INSECURE=true'
  );
};

/** Whether other machines may speak to the server, and nothing asks who they are. */
export const isOpenToStrangers = ({ host, tls, users }: AccessSettings) =>
  !isLoopback(host) && !(tls && (users || tls.clientCaFile !== undefined));
