import { refusal, type Refusal } from '../definition/refusal.ts';
import { accept, eventGuard, reject, type Decider, type Decision, type Event } from '../event.ts';

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
/** `hash` is the SHA-256 of what the person is sent; `org` made it, or, where it is null, who runs the server. */
export type PasswordResetIssued = Event<'PasswordResetIssued', NewReset & { at: string }>;
/** `addressId`: the user's id, were they added by this address. */
export type EmailChanged = Event<'EmailChanged', { sealedEmail: string; addressId: string; at: string }>;
/** In the stream of the user that this address would be: it is that of another user now, and nobody is added by it. */
export type AddressGiven = Event<'AddressGiven', { userId: string; at: string }>;
export type UserEvent =
  | UserAdded
  | UserNamed
  | PasswordSet
  | PasswordResetIssued
  | EmailChanged
  | AddressGiven
  | SessionStarted
  | SessionEnded;

export type NewReset = Readonly<{ hash: string; expiresAt: string; org: string | null }>;

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
  PasswordResetIssued: true,
  EmailChanged: true,
  AddressGiven: true,
  SessionStarted: true,
  SessionEnded: true,
});

export type UserCommand =
  /** Who is known stays as is. */
  | Readonly<{ type: 'AddUser'; userId: string; addressId: string; sealedEmail: string; at: string }>
  | Readonly<{ type: 'NameUser'; sealedName: string; at: string }>
  /** Ends every session but one: whoever knew the password before is out. */
  | Readonly<{
      type: 'SetPassword';
      sealedHash: string;
      sealedName: string | null;
      exceptSessionId: string | null;
      at: string;
    }>
  /** Takes the place of the one before. */
  | (Readonly<{ type: 'IssuePasswordReset'; at: string }> & NewReset)
  /** By who has the text that `hash` is of. Ends every session. */
  | Readonly<{ type: 'ResetPassword'; hash: string; sealedHash: string; at: string }>
  | Readonly<{ type: 'ChangeEmail'; sealedEmail: string; addressId: string; at: string }>
  /** To the stream of the address. */
  | Readonly<{ type: 'GiveAddress'; userId: string; at: string }>
  | (Readonly<{ type: 'StartSession'; at: string }> & NewSession)
  | Readonly<{ type: 'EndSession'; sessionId: string; at: string }>
  | Readonly<{ type: 'EndAllSessions'; at: string }>;

export type UserState =
  | { readonly status: 'absent' }
  /** No user, and the address of another one. */
  | Readonly<{ status: 'address'; userId: string }>
  | Readonly<{
      status: 'live';
      /** The id that their address stands for: their own, unless it was changed. */
      addressId: string;
      /** One that was not used, whether or not it is over. */
      reset: NewReset | null;
      hasPassword: boolean;
      /** Those that nobody ended, by id, and until when each lasts. */
      sessions: ReadonlyMap<string, string>;
    }>;

const evolve = (state: UserState, { type, data }: UserEvent): UserState => {
  if (type === 'UserAdded') {
    const { userId: addressId } = data;
    return { status: 'live', addressId, reset: null, hasPassword: false, sessions: new Map() };
  }
  if (type === 'AddressGiven') return { status: 'address', userId: data.userId };
  if (state.status !== 'live') return state;
  switch (type) {
    case 'UserNamed':
      return state;
    case 'PasswordSet':
      return { ...state, hasPassword: true, reset: null };
    case 'PasswordResetIssued':
      return { ...state, reset: data };
    case 'EmailChanged':
      return { ...state, addressId: data.addressId };
    case 'SessionStarted':
      return { ...state, sessions: new Map([...state.sessions, [data.sessionId, data.expiresAt]]) };
    case 'SessionEnded':
      return { ...state, sessions: new Map([...state.sessions].filter(([id]) => id !== data.sessionId)) };
  }
};

type Outcome = Decision<UserEvent, Refusal>;

const decide: Decider<UserState, UserCommand, UserEvent, Refusal>['decide'] = (state, command) => {
  const { at } = command;
  if (command.type === 'AddUser') return addUser(state, command);
  if (command.type === 'GiveAddress') return giveAddress(state, command);
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
    case 'IssuePasswordReset': {
      const { hash, expiresAt, org } = command;
      return accept({ type: 'PasswordResetIssued', data: { hash, expiresAt, org, at } });
    }
    case 'ResetPassword':
      return isOpenReset(state, command.hash, at)
        ? accept<UserEvent>(
            { type: 'PasswordSet', data: { sealedHash: command.sealedHash, at } },
            ...ended(sessions, at),
          )
        : reject(
            refusal('not-found', 'token', 'This was used, was replaced or is over; ask for another one.'),
          );
    case 'ChangeEmail': {
      const { sealedEmail, addressId } = command;
      return accept({ type: 'EmailChanged', data: { sealedEmail, addressId, at } });
    }
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

type Of<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;

/** By the address that they have, and by no former one: who is meant by that now, nobody knows. */
const addUser = (state: UserState, { userId, addressId, sealedEmail, at }: Of<'AddUser'>): Outcome => {
  if (state.status === 'absent') return accept({ type: 'UserAdded', data: { userId, sealedEmail, at } });
  return state.status === 'live' && state.addressId === addressId ? accept() : reject(formerAddress);
};

const formerAddress = refusal(
  'already-exists',
  'email',
  'This address was changed; name the person by the one that they have now.',
);

const giveAddress = (state: UserState, { userId, at }: Of<'GiveAddress'>): Outcome => {
  if (state.status === 'absent') return accept({ type: 'AddressGiven', data: { userId, at } });
  return state.status === 'address' && state.userId === userId
    ? accept()
    : reject(refusal('already-exists', 'email', 'This address is, or was, another user’s.'));
};

const isOpenReset = ({ reset }: Extract<UserState, { status: 'live' }>, hash: string, at: string): boolean =>
  reset?.hash === hash && Date.parse(reset.expiresAt) > Date.parse(at);

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
