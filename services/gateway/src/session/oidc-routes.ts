import type { Logger } from '@karrio/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { suspect } from '../audit/watch-refusals.ts';
import { cookieNamed } from '../auth/credentials.ts';
import { userIdByEmail } from '../auth/people.ts';
import { originOf } from '../http/origin.ts';
import { parseJson } from '../http/parse-json.ts';
import { problem } from '../http/problem.ts';
import { sendProblem } from '../http/server.ts';
import type { PasswordPorts } from './check-password.ts';
import { cookieWith } from './cookie.ts';
import type { Oidc, OidcFlow } from './oidc.ts';
import { startSession, type SessionPorts } from './start-session.ts';

export type OidcRoutePorts = Pick<PasswordPorts, 'vault'> &
  SessionPorts &
  Readonly<{ isSecure: boolean; publicUrl: string; oidc: Oidc; log: Logger }>;

const flowCookie = 'karrio_oidc';
const flowSeconds = 600;
const path = '/v1/auth/oidc';

/** Sign-in by the company's provider, for who was invited: a browser goes there and comes back with a session. */
export const addOidcRoutes = (server: FastifyInstance, ports: OidcRoutePorts): void => {
  const config = { permission: 'public' } as const;
  server.get(`${path}/start`, { config }, (request, reply) => start(ports, request, reply));
  server.get(`${path}/callback`, { config }, (request, reply) => callback(ports, request, reply));
};

const start = async (
  { oidc, isSecure, log }: OidcRoutePorts,
  request: FastifyRequest,
  reply: FastifyReply,
) => {
  try {
    const { url, flow } = await oidc.begin();
    return await reply.header('set-cookie', flowKept(flow, isSecure)).redirect(url);
  } catch (err) {
    log.warn({ err, request: request.id }, 'OIDC provider not reached');
    return sendProblem(
      reply,
      problem('service_unavailable', 'The sign-in provider does not answer; try again shortly.'),
    );
  }
};

const callback = async (ports: OidcRoutePorts, request: FastifyRequest, reply: FastifyReply) => {
  const { oidc, people, vault, isSecure, publicUrl, log } = ports;
  const flow = flowOf(request.headers.cookie);
  if (!flow) return sendProblem(reply, beginAgain);
  const email = await oidc.finish(new URL(request.url, publicUrl), flow).catch((err: unknown) => {
    log.warn({ err, request: request.id }, 'OIDC sign-in refused');
    return beginAgain;
  });
  if (typeof email === 'object') return sendProblem(reply, email);
  const known = email === undefined ? undefined : await userIdByEmail(people, vault, email);
  if (known) suspect(request, { kind: 'account', userId: known.userId });
  if (!known?.user) return sendProblem(reply, unknownHere);
  const { userId } = known;
  const started = await startSession(ports, { userId, origin: originOf(request, undefined) }, 'oidc');
  if ('code' in started) return sendProblem(reply, started);
  const { token, expiresAt } = started;
  return reply
    .header('set-cookie', [cookieWith(token, expiresAt, isSecure), flowKept(undefined, isSecure)])
    .redirect('/');
};

const beginAgain = problem(
  'wrong_credentials',
  `The sign-in did not come back as it went, or took too long; begin again at ${path}/start.`,
);
const unknownHere = problem(
  'forbidden',
  'The provider vouches for no address that was invited here; ask the owner of an organisation to invite it.',
);

const Flow = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });

/** It comes back from another site by a link, which is why `Lax`. */
const flowKept = (flow: OidcFlow | undefined, isSecure: boolean): string => {
  const value = flow === undefined ? '' : Buffer.from(JSON.stringify(flow)).toString('base64url');
  const maxAge = flow === undefined ? 0 : flowSeconds;
  return `${flowCookie}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${isSecure ? '; Secure' : ''}`;
};

const flowOf = (cookie: string | undefined): OidcFlow | undefined => {
  const kept = cookieNamed(cookie, flowCookie);
  const parsed = parseJson(Buffer.from(kept ?? '', 'base64url').toString('utf8'));
  return 'value' in parsed ? Flow.safeParse(parsed.value).data : undefined;
};
