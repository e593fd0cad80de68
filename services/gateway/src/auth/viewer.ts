import type { Role } from '@karrio/domain';
import { problem, type Problem } from '../http/problem.ts';

/** Who asks: `actor` is the API key or the user, `credential` the key or the session that was sent, by id. */
export type Viewer = Readonly<{
  org: string;
  actor: string;
  credential: string;
  role: Role;
  testMode: boolean;
}>;

/**
 * - `absent`: nothing was sent that says who asks
 * - `unknown`: an API key or a session that never was, is over or was revoked
 * - `no-csrf-token`: a browser's cookie without the proof that it was our page that asked
 * - `no-member`: a user who is no member of the organisation that was asked, if there is one
 * - `no-organization`: a user who is a member of none
 * - `other-organization`: the API key is another organisation's than the one that was asked
 */
export type CallerFault =
  'absent' | 'unknown' | 'no-csrf-token' | 'no-member' | 'no-organization' | 'other-organization';

export type Caller = Viewer | CallerFault;

const howTo = 'send it in the header "Authorization: Token key_…"';

export const unauthenticated = (fault: CallerFault): Problem => problems[fault];

const problems: Readonly<Record<CallerFault, Problem>> = {
  absent: problem('authentication_required', `This needs an API key; ${howTo}.`),
  unknown: problem(
    'invalid_token',
    `This API key or session does not exist, is over or was revoked; create another key and ${howTo}, or sign in again.`,
  ),
  'no-csrf-token': problem(
    'csrf_token_required',
    'With the session’s cookie a change needs the header x-csrf-token; GET /v1/auth/session answers with its value.',
  ),
  'no-member': problem(
    'forbidden',
    'You are no member of the organisation that the header x-org-id names; GET /v1/auth/session lists yours.',
  ),
  'no-organization': problem(
    'forbidden',
    'You are a member of no organisation; ask the owner of one to invite you.',
  ),
  'other-organization': problem(
    'forbidden',
    'This API key is not of the organisation that the header x-org-id names; leave the header out.',
  ),
};
