import { readFileSync } from 'node:fs';
import type { Logger } from '@karrio/telemetry';
import type { Method } from '../grpc/method.ts';
import { isOpenToStrangers, type AccessSettings, type UsersSource } from './access-settings.ts';
import { openToAll, openToUsers, type MethodsFor } from './call-access.ts';
import { createSignIn } from './sign-in.ts';
import { readTls, type Tls } from './tls.ts';
import { parseUsers } from './users.ts';
import { watchFiles } from './watch-files.ts';

/** Who may speak to the server: its certificate, and the methods that each caller has. */
export type Access = Disposable &
  Readonly<{
    tls: Tls | undefined;
    methodsFor: (methods: ReadonlyMap<string, Method>) => MethodsFor;
    /** Certificates are renewed while the server runs: what is open stays, new connections get the new one. */
    onTls: (replace: (tls: Tls) => void) => void;
  }>;

/** Files are read again when they change; one that can not be used then is reported, and what was before stays. */
export const openAccess = (settings: AccessSettings, log: Logger, checkEveryMs?: number): Access => {
  using opening = new DisposableStack();
  const { tls: tlsFiles, users: usersSource } = settings;
  let replaceTls: (tls: Tls) => void = () => undefined;

  const reload = (what: string, files: readonly string[], read: () => void) => {
    const onChange = () => {
      try {
        read();
        log.info({ files }, `${what} read again`);
      } catch (err) {
        log.error({ err, files }, `changed ${what} can not be used: what was before stays`);
      }
    };
    opening.use(watchFiles(files, onChange, checkEveryMs));
  };

  const tls = tlsFiles && readTls(tlsFiles);
  if (tlsFiles) {
    const { certFile, keyFile, clientCaFile } = tlsFiles;
    const files = [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
    reload('TLS files', files, () => {
      replaceTls(readTls(tlsFiles));
    });
  }

  const signIn =
    usersSource &&
    createSignIn(readUsers(usersSource), (user) => {
      log.warn({ user }, 'wrong credentials');
    });
  if (signIn && usersSource && 'file' in usersSource) {
    reload('users', [usersSource.file], () => {
      signIn.replaceUsers(readUsers(usersSource));
    });
  }

  if (isOpenToStrangers(settings))
    log.warn({ host: settings.host }, 'whoever reaches this port may read and write everything');

  const opened = opening.move();
  return {
    tls,
    methodsFor: (methods) => (signIn ? openToUsers(methods, signIn) : openToAll(methods)),
    onTls: (replace) => {
      replaceTls = replace;
    },
    [Symbol.dispose]: () => {
      opened.dispose();
    },
  };
};

/** @throws Error that names the setting to mend */
const readUsers = (source: UsersSource) => {
  const setting = 'file' in source ? 'EVENTSTORE_USERS_FILE' : 'EVENTSTORE_USERS';
  try {
    return parseUsers('file' in source ? readFileSync(source.file, 'utf8') : source.text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${setting} can not be used: ${why}`, { cause });
  }
};
