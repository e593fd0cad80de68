/** The guard keeps a request from leaving. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, address: string) {
    super(
      host === address
        ? `${host} is not a public address`
        : `${host} resolves to ${address}, which is not a public address`,
    );
    this.host = host;
    this.port = port;
  }
}
