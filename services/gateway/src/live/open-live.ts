import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { startLive, type Live, type LivePorts } from './live.ts';

type Limits = Pick<Config, 'subscriptionsMax' | 'subscriptionsPerKeyMax'>;

/** What changes, for as long as the server is there: a server that stops ends its subscriptions first. */
export const openLive = (
  server: FastifyInstance,
  ports: LivePorts,
  { subscriptionsMax: max, subscriptionsPerKeyMax: perCredentialMax }: Limits,
): Live => {
  const live = startLive(ports, { max, perCredentialMax });
  server.addHook('preClose', async () => live.close());
  return live;
};
