import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type Certificates = Readonly<{
  caFile: string;
  serverCertFile: string;
  serverKeyFile: string;
  clientCertFile: string;
  clientKeyFile: string;
}>;

const ecdsa = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const signing = { name: 'keyUsage', digitalSignature: true, critical: true } as const;

/** An authority of its own, with a certificate for a server on this machine and one for a client, as PEM files. */
export const makeCertificates = async (folder: string): Promise<Certificates> => {
  const authority = await generate([{ name: 'commonName', value: 'Test CA' }], {
    ...ecdsa,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...ecdsa,
    ca,
    extensions: [
      signing,
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const client = await generate([{ name: 'commonName', value: 'a client' }], {
    ...ecdsa,
    ca,
    extensions: [signing, { name: 'extKeyUsage', clientAuth: true }],
  });
  const write = async (name: string, pem: string) => {
    const file = join(folder, name);
    await writeFile(file, pem, { mode: 0o600 });
    return file;
  };
  return {
    caFile: await write('ca.pem', authority.cert),
    serverCertFile: await write('server.pem', server.cert),
    serverKeyFile: await write('server.key', server.private),
    clientCertFile: await write('client.pem', client.cert),
    clientKeyFile: await write('client.key', client.private),
  };
};
