import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export type TlsFiles = Readonly<{
  certFile: string;
  keyFile: string;
  /** Given, only clients with a certificate of this authority may connect. */
  clientCaFile: string | undefined;
}>;

export type Tls = Readonly<Pick<SecureContextOptions, 'cert' | 'key' | 'ca'> & { requestCert: boolean }>;

/** @throws Error that names the setting to mend */
export const readTls = ({ certFile, keyFile, clientCaFile }: TlsFiles): Tls => {
  const cert = read('EVENTSTORE_TLS_CERT_FILE', certFile);
  const key = read('EVENTSTORE_TLS_KEY_FILE', keyFile);
  const ca = clientCaFile === undefined ? undefined : read('EVENTSTORE_TLS_CLIENT_CA_FILE', clientCaFile);
  const tls = { cert, key, ...(ca && { ca }), requestCert: ca !== undefined };
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new Error(
      'the TLS files can not be used together: give a PEM certificate with its chain as EVENTSTORE_TLS_CERT_FILE, ' +
        'its own PEM key as EVENTSTORE_TLS_KEY_FILE, PEM certificates as EVENTSTORE_TLS_CLIENT_CA_FILE',
      { cause },
    );
  }
  return tls;
};

const read = (setting: string, file: string) => {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${setting} can not be read: is ${file} there, and readable for this process?`, {
      cause,
    });
  }
};
