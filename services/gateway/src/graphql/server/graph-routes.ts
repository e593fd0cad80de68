import type { Logger } from '@karrio/telemetry';
import type { Authenticate } from '../../auth/authenticate.ts';
import type { AddressOf } from '../../http/address-of.ts';
import type { CountRequest } from '../../http/rate-limit.ts';
import type { SharedPorts } from './context-of.ts';
import type { GraphServerOptions } from './graph-server.ts';

/** What GraphQL needs at each of its doors: requests, event streams, sockets. */
export type GraphRoutes = Readonly<{
  authenticate: Authenticate;
  countRequest: CountRequest;
  addressOf: AddressOf;
  ports: SharedPorts;
  options: GraphServerOptions;
  log: Logger;
}>;
