import { hash } from 'node:crypto';
import type { Role } from '@karrio/domain';
import { findApiKey, type ReadModel } from '@karrio/read-model';
import { LRUCache } from 'lru-cache';
import { problem } from '../http/problem.ts';
import { apiKeyIn } from './credentials.ts';

/** Who asks: `actor` is the API key or the user, `credential` what was sent for it, by id. */
export type Viewer = Readonly<{
  org: string;
  actor: string;
  credential: string;
  role: Role;
  testMode: boolean;
}>;
/** `absent`: no API key was sent; `unknown`: one that does not exist, or no more. */
export type Caller = Viewer | 'absent' | 'unknown';

/** A revoked key works for at most this long after its revocation was projected. */
const rememberedMs = 2_000;

export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>;

/** Answers without a promise where the key was seen a moment ago. */
export const createAuthenticator = ({ db }: Pick<ReadModel, 'db'>): Authenticate => {
  const known = new LRUCache<string, Viewer>({ max: 10_000, ttl: rememberedMs });

  const lookUp = async (digest: string): Promise<Caller> => {
    const row = await findApiKey(db, digest);
    if (row === undefined) return 'unknown';
    const { id, org_id: org, role, test_mode: testMode } = row;
    const viewer = { org, actor: id, credential: id, role, testMode };
    known.set(digest, viewer);
    return viewer;
  };

  return (authorization) => {
    const key = apiKeyIn(authorization);
    if (key === undefined) return 'absent';
    const digest = hash('sha256', key);
    return known.get(digest) ?? lookUp(digest);
  };
};

const howTo = 'send it in the header "Authorization: Token key_…"';

export const unauthenticated = (caller: 'absent' | 'unknown') =>
  caller === 'absent'
    ? problem('authentication_required', `This needs an API key; ${howTo}.`)
    : problem(
        'invalid_token',
        `This API key does not exist or was revoked; create another one and ${howTo}.`,
      );
