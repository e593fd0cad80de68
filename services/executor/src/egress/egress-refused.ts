/** The guard keeps a request from leaving. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  /** As EGRESS_ALLOW would name it. */
  readonly place: string;

  constructor(host: string, port: number, address: string) {
    super(
      host === address
        ? `${host} is not a public address`
        : `${host} resolves to ${address}, which is not a public address`,
    );
    this.place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  }
}
