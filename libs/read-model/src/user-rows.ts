import type { NewSession } from '@karrio/domain';

/** ISO 8601 in UTC with milliseconds, as the events have it. */
type Time = string;

/** Who it is is sealed under the user's own key. */
export type UserRow = {
  id: string;
  /** The id of a user who is added by the address that this one has now. */
  address_id: string;
  sealed_email: string;
  sealed_name: string | null;
  /** The password's argon2id. */
  sealed_password: string | null;
  /** SHA-256 of a text that lets the password be chosen anew, in hex; null once it was used. */
  reset_hash: string | null;
  reset_expires_at: Time | null;
  created_at: Time;
  updated_at: Time;
  revision: number;
};

export type SessionRow = {
  id: string;
  user_id: string;
  /** SHA-256 of the session's token, in hex. */
  hash: string;
  origin: NewSession['origin'];
  created_at: Time;
  expires_at: Time;
  ended_at: Time | null;
  revision: number;
};
