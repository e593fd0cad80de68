import { bytesField, message, textField, varintField } from '@karrio/protobuf';
import { endWith, singleRequest, type Method } from './method.ts';

export type Member = Readonly<{ instanceId: string; host: string; port: () => number }>;

const leader = 8;

/** A cluster of one, so that connection strings with discovery work. */
export const gossip = ({ instanceId, host, port }: Member): Method =>
  singleRequest((_request, call) => {
    const reached = addressOf(call.headers[':authority']) ?? { host, port: port() };
    const member = message(
      bytesField(1, textField(2, instanceId)),
      varintField(2, Date.now() * 10_000),
      varintField(3, leader),
      varintField(4, 1),
      bytesField(5, message(textField(1, reached.host), varintField(2, reached.port))),
    );
    endWith(call, bytesField(1, member));
  });

/** The address that a client used is one that it can use again, also where this host binds to all, or is mapped. */
const addressOf = (authority: string | undefined) => {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(authority ?? '') ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
};
