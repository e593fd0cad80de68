import type { Role } from '@karrio/domain';
import {
  findApiKey,
  findSession,
  membershipsOf,
  type ApiKeyRow,
  type Membership,
  type ReadModel,
} from '@karrio/read-model';
import { credentialIn, type Credential } from './credentials.ts';
import type { KeyUses } from './key-uses.ts';
import type { Memory } from './memory.ts';
import { digestOf, isCsrfTokenOf } from './session-token.ts';
import type { Caller, CallerFault } from './viewer.ts';

/** What a request, or the opening of a connection, says of who asks. */
export type Presented = Readonly<{
  authorization?: string | undefined;
  cookie?: string | undefined;
  'x-org-id'?: string | readonly string[] | undefined;
  'x-test-mode'?: string | readonly string[] | undefined;
  'x-csrf-token'?: string | readonly string[] | undefined;
}>;

/** Whether a request can change something: what a browser was made to send by another site must not. */
export type Effect = 'safe' | 'changing';

export const effectOf = (method: string): Effect =>
  /^(GET|HEAD|OPTIONS)$/.test(method) ? 'safe' : 'changing';

/** Somebody who is signed in, in whatever organisation. */
export type Person = Readonly<{
  userId: string;
  sessionId: string;
  token: string;
  expiresAt: string;
  memberships: readonly Membership[];
}>;

export type Authenticate = (presented: Presented, effect: Effect) => Caller | Promise<Caller>;

export type Authenticator = Readonly<{
  /** Answers without a promise where the key or the session was seen a moment ago. */
  authenticate: Authenticate;
  /** For what a user does about themselves. An API key is nobody. */
  identify: (presented: Presented, effect: Effect) => Promise<Person | CallerFault>;
}>;

export type AuthenticatorPorts = Readonly<{
  db: ReadModel['db'];
  /** Forgets what changed. */
  memory: Memory<Known>;
  keyUses: Pick<KeyUses, 'seen'>;
  now: () => number;
}>;

type KnownKey = Readonly<{
  kind: 'key';
  owners: readonly string[];
  expiresAt: string | null;
  row: ApiKeyRow;
}>;
type KnownSession = Readonly<{
  kind: 'session';
  owners: readonly string[];
  expiresAt: string;
  person: Person;
}>;
/** `owners`: the organisations and the user whose changes may change it. */
export type Known = KnownKey | KnownSession;

export const createAuthenticator = ({ db, memory, keyUses, now }: AuthenticatorPorts): Authenticator => {
  const recall = ({ kind, text }: Credential): Known | undefined | Promise<Known | undefined> => {
    const digest = digestOf(text);
    return memory.recall(digest, () => (kind === 'key' ? keyOf(db, digest) : sessionOf(db, digest, text)));
  };

  const isOver = ({ expiresAt }: Known) => expiresAt !== null && Date.parse(expiresAt) <= now();

  const callerOf = (
    known: Known | undefined,
    credential: Credential,
    sent: Presented,
    effect: Effect,
  ): Caller => {
    if (known === undefined || isOver(known)) return 'unknown';
    if (known.kind === 'session') return memberOf(known.person, credential, sent, effect);
    keyUses.seen(known.row.id);
    return keyHolder(known.row, sent);
  };

  return {
    authenticate: (sent, effect) => {
      const credential = credentialIn(sent.authorization, sent.cookie);
      if (!credential) return 'absent';
      const known = recall(credential);
      return known instanceof Promise
        ? known.then((found) => callerOf(found, credential, sent, effect))
        : callerOf(known, credential, sent, effect);
    },
    identify: async (sent, effect) => {
      const credential = credentialIn(sent.authorization, sent.cookie);
      if (credential?.kind !== 'session') return 'absent';
      const known = await recall(credential);
      if (known?.kind !== 'session' || isOver(known)) return 'unknown';
      return isForged(credential, sent, effect) ? 'no-csrf-token' : known.person;
    },
  };
};

const keyOf = async (db: ReadModel['db'], digest: string): Promise<KnownKey | undefined> => {
  const row = await findApiKey(db, digest);
  return row && { kind: 'key', owners: [row.org_id], expiresAt: row.expires_at, row };
};

const sessionOf = async (
  db: ReadModel['db'],
  digest: string,
  token: string,
): Promise<KnownSession | undefined> => {
  const row = await findSession(db, digest);
  if (!row) return undefined;
  const { id: sessionId, user_id: userId, expires_at: expiresAt } = row;
  const memberships = await membershipsOf(db, userId);
  const owners = [userId, ...memberships.map(({ org }) => org)];
  return { kind: 'session', owners, expiresAt, person: { userId, sessionId, token, expiresAt, memberships } };
};

/** A key says itself in which mode it is, and whose it is. */
const keyHolder = ({ id, org_id: org, role, test_mode: testMode }: ApiKeyRow, sent: Presented): Caller => {
  const wanted = sent['x-org-id'];
  if (wanted !== undefined && wanted !== org) return 'other-organization';
  return { org, actor: id, credential: id, role, testMode };
};

const memberOf = (person: Person, credential: Credential, sent: Presented, effect: Effect): Caller => {
  if (isForged(credential, sent, effect)) return 'no-csrf-token';
  const { userId, sessionId, memberships } = person;
  const [first] = memberships;
  if (!first) return 'no-organization';
  const wanted = sent['x-org-id'];
  const membership = wanted === undefined ? first : memberships.find(({ org }) => org === wanted);
  if (!membership) return 'no-member';
  const { org, role }: Readonly<{ org: string; role: Role }> = membership;
  const testMode = sent['x-test-mode'] === 'true';
  return { org, actor: userId, credential: sessionId, role, testMode };
};

const isForged = (credential: Credential, sent: Presented, effect: Effect): boolean =>
  credential.kind === 'session' &&
  credential.isCookie &&
  effect === 'changing' &&
  !isCsrfTokenOf(credential.text, sent['x-csrf-token']);
