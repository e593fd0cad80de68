import type { Origin } from '@karrio/contracts';
import type { NoteRefusal } from '../audit/tell-refusals.ts';
import type { ReadModel } from '@karrio/read-model';
import type { Vault } from '@karrio/vault';
import type { Progress } from '../command/progress.ts';
import type { PoseQuestion } from '../command/pose-question.ts';
import type { Submit } from '../command/submit.ts';
import { unauthenticated, type Caller, type Viewer } from '../auth/viewer.ts';
import type { AcceptedRuns } from '../run/accepted-runs.ts';
import type { Live } from '../live/live.ts';
import type { LiveCall } from './server/live-call.ts';
import { shownError } from './server/shown-error.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers work with; the same for every request. */
export type GraphPorts = Readonly<{
  /** Sees the rows of the caller's organisation alone. */
  db: ReadModel['db'];
  /** Sees all users, also those who are no members yet: for what has been told about them already. */
  people: ReadModel['db'];
  /** Has the next request of a user look again what they are a member of. */
  forget: (userId: string) => void;
  submit: Submit;
  question: PoseQuestion;
  progress: Pick<Progress, 'reached'>;
  vault: Pick<Vault, 'seal' | 'open' | 'pseudonym'>;
  acceptedRuns: Pick<AcceptedRuns, 'shown' | 'allShown'>;
  live: Live;
  noteRefusal: NoteRefusal;
}>;

export type GraphCall = Readonly<{
  caller: Caller;
  requestId: string;
  origin: Origin;
  idempotencyKey: string | undefined;
  /** How many runs lead to one that this request starts; undefined where no run has sent it. */
  depth: number | undefined;
  /** Rows that this request has read, by organisation. */
  loaders: (org: string) => Loaders;
  /** Aborted once the operation was given up. */
  deadline?: AbortSignal;
  /** Where it is answered as it happens. */
  live?: LiveCall;
}>;

export type GraphContext = Readonly<{ ports: GraphPorts; call: GraphCall }>;

/** @throws GraphQLError where no valid API key was sent. */
export const viewerOf = ({ call: { caller } }: GraphContext): Viewer => {
  if (typeof caller === 'string') throw shownError(unauthenticated(caller));
  return caller;
};
