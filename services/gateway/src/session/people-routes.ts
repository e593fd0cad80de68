import type { Bus } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import type { FastifyInstance } from 'fastify';
import { openThrottle } from '../auth/throttle.ts';
import { addOidcRoutes } from './oidc-routes.ts';
import { createOidc, type OidcSettings } from './oidc.ts';
import { addSessionRoutes, type SessionRoutePorts } from './session-routes.ts';

export type PeopleSettings = Readonly<{
  sessionMs: number;
  corsOrigins: readonly string[];
  /** Where browsers reach the gateway, if it was said. */
  publicUrl: string | undefined;
  oidc: Omit<OidcSettings, 'redirectUri'> | undefined;
}>;

type Ports = Omit<SessionRoutePorts, 'isSecure' | 'throttle' | 'sessionMs' | 'corsOrigins'> &
  Readonly<{ bus: Pick<Bus, 'shared'>; log: Logger }>;

/** How people sign in: by a password, and by the company's provider where there is one. */
export const addPeopleRoutes = (
  server: FastifyInstance,
  { sessionMs, corsOrigins, publicUrl, oidc }: PeopleSettings,
  ports: Ports,
): void => {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const all = { ...ports, sessionMs, corsOrigins, isSecure, throttle: openThrottle(ports.bus, ports.now) };
  addSessionRoutes(server, all);
  if (oidc === undefined || publicUrl === undefined) return;
  const redirectUri = new URL('/v1/auth/oidc/callback', publicUrl).href;
  addOidcRoutes(server, { ...all, publicUrl, oidc: createOidc({ ...oidc, redirectUri }) });
};
