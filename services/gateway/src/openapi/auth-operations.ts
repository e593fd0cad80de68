import { roles, sessionOrigins } from '@karrio/domain';
import { z } from 'zod';
import { Accept, ChangePassword, ChangeProfile, ChooseAnew, SignIn } from '../session/bodies.ts';
import type { JsonSchema } from './json-schema.ts';
import { errorResponse, idParameter, json } from './operation-object.ts';

const orNull = (type: string): JsonSchema => ({ type: [type, 'null'] });
const time = { type: 'string', format: 'date-time' };

const object = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

const signedIn: JsonSchema = object(
  {
    user: object({ id: { type: 'string' }, email: orNull('string'), name: orNull('string') }),
    organizations: {
      type: 'array',
      items: object({ id: { type: 'string' }, name: { type: 'string' }, role: { enum: [...roles] } }),
    },
    csrf_token: {
      type: 'string',
      description: 'With the cookie: what changes need in the header x-csrf-token.',
    },
    token: { type: 'string', description: 'With transport bearer: for the header Authorization.' },
    expires_at: time,
  },
  ['csrf_token', 'token'],
);

const sessions: JsonSchema = object({
  sessions: {
    type: 'array',
    items: object({
      id: { type: 'string' },
      origin: { enum: [...sessionOrigins] },
      created_at: time,
      expires_at: time,
      is_current: { type: 'boolean' },
    }),
  },
});

const byEverybody: readonly JsonSchema[] = [];
const byPerson: readonly JsonSchema[] = [{ session: [] }, { bearer: [] }];

type Operation = Readonly<{
  summary: string;
  security: readonly JsonSchema[];
  body?: z.ZodType;
  parameters?: readonly JsonSchema[];
  responses: Readonly<Record<number, JsonSchema>>;
}>;

const operation = (operationId: string, { body, responses, ...rest }: Operation): JsonSchema => ({
  operationId,
  tags: ['auth'],
  ...rest,
  ...(body && { requestBody: { required: true, content: json(bodySchema(body)) } }),
  responses: { ...responses, default: errorResponse },
});

const bodySchema = (body: z.ZodType): JsonSchema => {
  const { $schema: _, ...schema } = z.toJSONSchema(body, { io: 'input' });
  return schema;
};

const session = { description: 'Who is signed in.', content: json({ $ref: '#/components/schemas/Session' }) };
const done = { description: 'Done.' };

/** What people do about themselves, and signing in. */
export const authPaths: Readonly<Record<string, JsonSchema>> = {
  '/v1/auth/sign-in': {
    post: operation('sign_in', {
      summary: 'Signs a person in by their password.',
      security: byEverybody,
      body: SignIn,
      responses: { 200: session },
    }),
  },
  '/v1/auth/sign-out': {
    post: operation('sign_out', {
      summary: 'Ends the session, everywhere at once.',
      security: [...byPerson, {}],
      responses: { 204: done },
    }),
  },
  '/v1/auth/session': {
    get: operation('get_session', {
      summary: 'Who is signed in, their organisations and roles.',
      security: byPerson,
      responses: { 200: session },
    }),
  },
  '/v1/auth/sessions': {
    get: operation('get_sessions', {
      summary: 'All sessions of who is signed in.',
      security: byPerson,
      responses: { 200: { description: 'The newest first.', content: json(sessions) } },
    }),
  },
  '/v1/auth/sessions/{id}': {
    delete: operation('end_session', {
      summary: 'Ends a session of who is signed in.',
      security: byPerson,
      parameters: [idParameter],
      responses: { 204: done },
    }),
  },
  '/v1/auth/password': {
    post: operation('change_password', {
      summary: 'Changes the password of who is signed in, and ends all their other sessions.',
      security: byPerson,
      body: ChangePassword,
      responses: { 204: done },
    }),
  },
  '/v1/auth/password-reset': {
    post: operation('choose_password', {
      summary: 'Chooses a forgotten password anew, and ends all sessions.',
      security: byEverybody,
      body: ChooseAnew,
      responses: { 204: done },
    }),
  },
  '/v1/auth/profile': {
    post: operation('change_profile', {
      summary: 'Changes what who is signed in calls themselves.',
      security: byPerson,
      body: ChangeProfile,
      responses: { 200: session },
    }),
  },
  '/v1/auth/invitations/accept': {
    post: operation('accept_invitation', {
      summary: 'Makes who was invited a member; who has no password yet chooses one.',
      security: [...byPerson, {}],
      body: Accept,
      responses: { 200: session },
    }),
  },
  '/v1/auth/oidc/start': {
    get: operation('start_oidc', {
      summary: 'Sends a browser to the company’s provider of sign-in, where there is one.',
      security: byEverybody,
      responses: { 302: { description: 'To the provider.' } },
    }),
  },
  '/v1/auth/oidc/callback': {
    get: operation('finish_oidc', {
      summary: 'Where the provider sends browsers back to; it is registered there.',
      security: byEverybody,
      responses: { 302: { description: 'Signed in.' } },
    }),
  },
};

export const authSchemas: Readonly<Record<string, JsonSchema>> = { Session: signedIn };

export const authSecurity: Readonly<Record<string, JsonSchema>> = {
  session: { type: 'apiKey', in: 'cookie', name: 'karrio_session' },
  bearer: { type: 'http', scheme: 'bearer', description: 'session_…, or key_…' },
};
