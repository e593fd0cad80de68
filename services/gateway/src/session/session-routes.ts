import { setTimeout as pause } from 'node:timers/promises';
import { listSessions, membershipsOf, findUser } from '@karrio/read-model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { suspect } from '../audit/watch-refusals.ts';
import { effectOf, type Authenticator, type Person } from '../auth/authenticate.ts';
import { hashPassword, passwordProblem } from '../auth/password.ts';
import { profileOf, userIdByEmail } from '../auth/people.ts';
import { csrfTokenOf } from '../auth/session-token.ts';
import { unauthenticated } from '../auth/viewer.ts';
import { originOf } from '../http/origin.ts';
import { jsonBodyOf } from '../http/json-body.ts';
import { plainWords } from '../http/plain-words.ts';
import { problem, type Problem } from '../http/problem.ts';
import type { CountRequest } from '../http/rate-limit.ts';
import { sendProblem } from '../http/server.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { Accept, ChangePassword, ChangeProfile, ChooseAnew, SignIn } from './bodies.ts';
import { checkPassword, type PasswordPorts } from './check-password.ts';
import { cookieWith, noCookie } from './cookie.ts';
import { foreignPageProblem } from './foreign-page.ts';
import { resetPassword } from './reset-password.ts';
import { startSession, type SessionPorts, type Started } from './start-session.ts';
import { submitAsUser } from './submit-as-user.ts';

export type SessionRoutePorts = PasswordPorts &
  SessionPorts &
  Pick<Authenticator, 'identify'> &
  Readonly<{
    forget: (userId: string) => void;
    countRequest: CountRequest;
    /** Whether browsers reach the gateway by TLS, so that the cookie is for that alone. */
    isSecure: boolean;
    /** Whose pages may sign a browser in, beside our own. */
    corsOrigins: readonly string[];
  }>;

type Request = FastifyRequest<{ Body: string | null | undefined; Params: { id?: string } }>;
type Route = (ports: SessionRoutePorts, request: Request, reply: FastifyReply) => Promise<unknown>;

/** Who is signed in, and what a person does about themselves. Each route admits on its own. */
export const addSessionRoutes = (server: FastifyInstance, ports: SessionRoutePorts): void => {
  const config = { permission: 'own' } as const;
  const add = (method: 'GET' | 'POST' | 'DELETE', url: string, route: Route) =>
    server.route({ method, url, config, handler: (request: Request, reply) => route(ports, request, reply) });
  add('POST', '/v1/auth/sign-in', signIn);
  add('POST', '/v1/auth/sign-out', signOut);
  add('GET', '/v1/auth/session', showSession);
  add('GET', '/v1/auth/sessions', showSessions);
  add('DELETE', '/v1/auth/sessions/:id', endSession);
  add('POST', '/v1/auth/password', changePassword);
  add('POST', '/v1/auth/password-reset', chooseAnew);
  add('POST', '/v1/auth/profile', changeProfile);
  add('POST', '/v1/auth/invitations/accept', accept);
};

/** Several times what a password takes on a machine that has nothing else to do. */
const wrongMsMin = 150;

const signIn: Route = async (ports, request, reply) => {
  const body = bodyOf(SignIn, request);
  if ('problem' in body) return sendProblem(reply, body.problem);
  const { email, password: given, transport: by } = body.value;
  const foreign = by === 'cookie' && foreignPageProblem(request.headers, ports.corsOrigins);
  if (foreign) return sendProblem(reply, foreign);
  // Looking for who is not there takes another time than looking for who is.
  const leastTime = pause(wrongMsMin, undefined, { ref: false });
  const known = await userIdByEmail(ports.people, ports.vault, email);
  const { userId } = known;
  suspect(request, { kind: 'account', userId });
  const wrong = await checkPassword(ports, known, given, request.ip);
  if (wrong) return leastTime.then(() => sendProblem(reply, wrong));
  const started = await startSession(ports, { userId, origin: originOf(request, undefined) }, 'password');
  return sendStarted(ports, reply, started, by);
};

const accept: Route = async (ports, request, reply) => {
  const body = bodyOf(Accept, request);
  if ('problem' in body) return sendProblem(reply, body.problem);
  const { transport: by, ...acceptance } = body.value;
  const foreign = by === 'cookie' && foreignPageProblem(request.headers, ports.corsOrigins);
  if (foreign) return sendProblem(reply, foreign);
  const person = await ports.identify(request.headers, effectOf(request.method));
  if (person === 'no-csrf-token') return sendProblem(reply, unauthenticated(person));
  const signedIn = typeof person === 'string' ? undefined : person.userId;
  const accepted = await acceptInvitation(ports, { ...acceptance, signedIn }, originOf(request, undefined));
  if (accepted === 'joined')
    return typeof person === 'string' ? reply.code(204).send() : shown(ports, person);
  return sendStarted(ports, reply, accepted, by);
};

const sendStarted = async (
  ports: SessionRoutePorts,
  reply: FastifyReply,
  started: Started | Problem,
  by: 'cookie' | 'bearer',
) => {
  if ('code' in started) return sendProblem(reply, started);
  const { token, expiresAt } = started;
  const answer = await shown(ports, {
    ...started,
    memberships: await membershipsOf(ports.people, started.userId),
  });
  if (by === 'bearer') return reply.send({ ...answer, csrf_token: undefined, token });
  return reply.header('set-cookie', cookieWith(token, expiresAt, ports.isSecure)).send(answer);
};

/** Who is signed in, as every page of a console wants to know it first. */
const shown = async (
  { people, vault }: SessionRoutePorts,
  { userId, token, expiresAt, memberships }: Omit<Person, 'sessionId'>,
) => {
  const user = await findUser(people, userId);
  const { email, name: called } = user ? await profileOf(vault, user) : { email: null, name: null };
  return {
    user: { id: userId, email, name: called },
    organizations: memberships.map((each) => ({ id: each.org, name: each.name, role: each.role })),
    csrf_token: csrfTokenOf(token),
    expires_at: expiresAt,
  };
};

const signOut: Route = async (ports, request, reply) => {
  const person = await ports.identify(request.headers, effectOf(request.method));
  if (person === 'no-csrf-token') return sendProblem(reply, unauthenticated(person));
  const failed = typeof person === 'string' ? undefined : await end(ports, request, person, person.sessionId);
  if (failed) return sendProblem(reply, failed);
  return reply.header('set-cookie', noCookie(ports.isSecure)).code(204).send();
};

const showSession: Route = (ports, request, reply) =>
  withPerson(ports, request, reply, (person) => shown(ports, person));

const showSessions: Route = (ports, request, reply) =>
  withPerson(ports, request, reply, async ({ userId, sessionId }) => {
    const rows = await listSessions(ports.people, userId, new Date(ports.now()).toISOString());
    return {
      sessions: rows.map(({ id, origin, created_at, expires_at }) => ({
        id,
        origin,
        created_at,
        expires_at,
        is_current: id === sessionId,
      })),
    };
  });

const endSession: Route = (ports, request, reply) =>
  withPerson(ports, request, reply, async (person) => {
    const failed = await end(ports, request, person, request.params.id ?? '');
    return failed ? sendProblem(reply, failed) : reply.code(204).send();
  });

const end = (ports: SessionRoutePorts, request: Request, { userId }: Person, id: string) =>
  submitAsUser(ports, { userId, origin: originOf(request, undefined) }, 'end_session', { id });

/** Ends all other sessions: whoever knew the password before is out. */
const changePassword: Route = (ports, request, reply) =>
  withPerson(ports, request, reply, async ({ userId, sessionId }) => {
    const body = bodyOf(ChangePassword, request);
    if ('problem' in body) return sendProblem(reply, body.problem);
    const { current_password: current, new_password: next } = body.value;
    const user = await findUser(ports.people, userId);
    const wrong = await checkPassword(ports, { userId, user }, current, request.ip);
    if (wrong) return sendProblem(reply, wrong);
    const weak = passwordProblem(next, (user && (await profileOf(ports.vault, user)).email) ?? '');
    if (weak) return sendProblem(reply, problem('validation', `new_password: ${weak}`));
    const { sealed: sealedHash } = await ports.vault.seal(userId, await hashPassword(next), 'password');
    const who = { userId, origin: originOf(request, undefined) };
    const payload = { sealedHash, sealedName: null, exceptSessionId: sessionId };
    const failed = await submitAsUser(ports, who, 'set_password', payload);
    return failed ? sendProblem(reply, failed) : reply.code(204).send();
  });

/** By what an owner, an admin or the operator made: without the former password. Ends all sessions. */
const chooseAnew: Route = async (ports, request, reply) => {
  const body = bodyOf(ChooseAnew, request);
  if ('problem' in body) return sendProblem(reply, body.problem);
  const failed = await resetPassword(ports, body.value, originOf(request, undefined));
  return failed ? sendProblem(reply, failed) : reply.code(204).send();
};

const changeProfile: Route = (ports, request, reply) =>
  withPerson(ports, request, reply, async (person) => {
    const body = bodyOf(ChangeProfile, request);
    if ('problem' in body) return sendProblem(reply, body.problem);
    const { sealed: sealedName } = await ports.vault.seal(person.userId, body.value.name, 'personal');
    const who = { userId: person.userId, origin: originOf(request, undefined) };
    const failed = await submitAsUser(ports, who, 'name_user', { sealedName });
    return failed ? sendProblem(reply, failed) : shown(ports, person);
  });

const withPerson = async (
  { identify, countRequest }: SessionRoutePorts,
  request: Request,
  reply: FastifyReply,
  route: (person: Person) => Promise<unknown>,
): Promise<unknown> => {
  const person = await identify(request.headers, effectOf(request.method));
  if (person === 'absent') return sendProblem(reply, signInFirst);
  if (typeof person === 'string') return sendProblem(reply, unauthenticated(person));
  const tooMany = await countRequest(person.sessionId);
  return tooMany ? sendProblem(reply, tooMany) : route(person);
};

const signInFirst = problem(
  'authentication_required',
  'This is for who is signed in; do it with POST /v1/auth/sign-in.',
);

/** A body as a route wants it, or what is wrong with it, by the names of its fields; values are never repeated. */
const bodyOf = <T>(schema: z.ZodType<T>, request: Request): { value: T } | { problem: Problem } => {
  const parsed = jsonBodyOf(request);
  if ('problem' in parsed) return parsed;
  const read = schema.safeParse(parsed.value, { error: plainWords });
  if (read.success) return { value: read.data };
  const wrong = read.error.issues.map(({ path, message }) => ({
    field: path.join('.') || 'body',
    messages: [message],
  }));
  const said = wrong.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
  return { problem: problem('validation', said, wrong) };
};
