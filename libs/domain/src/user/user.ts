import { refusal, type Refusal } from '../definition/refusal.ts';
import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';

/**
 * A person, in `user-{id}`. What tells who it is stands there sealed under a data key of the person's own, and can
 * not be read any more once that key is destroyed.
 */
export type UserAdded = Event<'UserAdded', { userId: string; sealedEmail: string; at: string }>;
export type UserNamed = Event<'UserNamed', { sealedName: string; at: string }>;
/** `sealedHash`: the password's argon2id, sealed. */
export type PasswordSet = Event<'PasswordSet', { sealedHash: string; at: string }>;
/** `hash` is the SHA-256 of the session's token in hex. */
export type SessionStarted = Event<'SessionStarted', NewSession & { at: string }>;
export type SessionEnded = Event<'SessionEnded', { sessionId: string; at: string }>;
export type UserEvent = UserAdded | UserNamed | PasswordSet | SessionStarted | SessionEnded;

export const sessionOrigins = ['password', 'invitation', 'oidc'] as const;
export type NewSession = Readonly<{
  sessionId: string;
  hash: string;
  origin: (typeof sessionOrigins)[number];
  expiresAt: string;
}>;

export const isUserEvent = eventGuard<UserEvent>({
  UserAdded: true,
  UserNamed: true,
  PasswordSet: true,
  SessionStarted: true,
  SessionEnded: true,
});

export type UserCommand =
  /** Who is known stays as is. */
  | Readonly<{ type: 'AddUser'; userId: string; sealedEmail: string; at: string }>
  | Readonly<{ type: 'NameUser'; sealedName: string; at: string }>
  /** Ends every session but one: whoever knew the password before is out. */
  | Readonly<{
      type: 'SetPassword';
      sealedHash: string;
      sealedName: string | null;
      exceptSessionId: string | null;
      at: string;
    }>
  | (Readonly<{ type: 'StartSession'; at: string }> & NewSession)
  | Readonly<{ type: 'EndSession'; sessionId: string; at: string }>
  | Readonly<{ type: 'EndAllSessions'; at: string }>;

export type UserState =
  | { readonly status: 'absent' }
  | Readonly<{
      status: 'live';
      hasPassword: boolean;
      /** Those that nobody ended, by id, and until when each lasts. */
      sessions: ReadonlyMap<string, string>;
    }>;

const evolve = (state: UserState, { type, data }: UserEvent): UserState => {
  if (type === 'UserAdded') return { status: 'live', hasPassword: false, sessions: new Map() };
  if (state.status !== 'live') return state;
  switch (type) {
    case 'UserNamed':
      return state;
    case 'PasswordSet':
      return { ...state, hasPassword: true };
    case 'SessionStarted':
      return { ...state, sessions: new Map([...state.sessions, [data.sessionId, data.expiresAt]]) };
    case 'SessionEnded':
      return { ...state, sessions: new Map([...state.sessions].filter(([id]) => id !== data.sessionId)) };
  }
};

const decide: Decider<UserState, UserCommand, UserEvent, Refusal>['decide'] = (state, command) => {
  const { at } = command;
  if (command.type === 'AddUser') {
    const { userId, sealedEmail } = command;
    return state.status === 'live'
      ? accept()
      : accept({ type: 'UserAdded', data: { userId, sealedEmail, at } });
  }
  if (state.status !== 'live') return reject(refusal('not-found', 'id', 'There is no such user.'));
  const { sessions } = state;
  switch (command.type) {
    case 'NameUser':
      return accept({ type: 'UserNamed', data: { sealedName: command.sealedName, at } });
    case 'SetPassword':
      return accept<UserEvent>(
        { type: 'PasswordSet', data: { sealedHash: command.sealedHash, at } },
        ...named(command.sealedName, at),
        ...ended(sessions, at, command.exceptSessionId),
      );
    case 'StartSession': {
      const { sessionId, hash, origin, expiresAt } = command;
      return accept({ type: 'SessionStarted', data: { sessionId, hash, origin, expiresAt, at } });
    }
    case 'EndSession':
      return sessions.has(command.sessionId)
        ? accept({ type: 'SessionEnded', data: { sessionId: command.sessionId, at } })
        : reject(refusal('not-found', 'id', 'No session of yours has this id, or it has ended.'));
    case 'EndAllSessions':
      return accept(...ended(sessions, at));
  }
};

const named = (sealedName: string | null, at: string): readonly UserEvent[] =>
  sealedName === null ? [] : [{ type: 'UserNamed', data: { sealedName, at } }];

/** Those that would end by themselves are let. */
const ended = (sessions: ReadonlyMap<string, string>, at: string, exceptId: string | null = null) =>
  [...sessions]
    .filter(([id, expiresAt]) => id !== exceptId && Date.parse(expiresAt) > Date.parse(at))
    .map(([sessionId]): UserEvent => ({ type: 'SessionEnded', data: { sessionId, at } }));

export const user: Decider<UserState, UserCommand, UserEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
