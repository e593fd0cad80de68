import type { Origin } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import type { ReadModel } from '@karrio/read-model';
import type { Vault } from '@karrio/vault';
import type { Caller, Viewer } from '../auth/authenticate.ts';
import type { Progress } from '../command/progress.ts';
import type { Submit } from '../command/submit.ts';
import { unauthenticated } from '../auth/authenticate.ts';
import type { AcceptedRuns } from '../run/accepted-runs.ts';
import { shownError } from './shown-error.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers work with; the same for every request. */
export type GraphPorts = Readonly<{
  db: ReadModel['db'];
  submit: Submit;
  question: Bus['question'];
  progress: Pick<Progress, 'reached'>;
  vault: Pick<Vault, 'seal'>;
  acceptedRuns: Pick<AcceptedRuns, 'shown' | 'allShown'>;
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
}>;

export type GraphContext = Readonly<{ ports: GraphPorts; call: GraphCall }>;

/** @throws GraphQLError where no valid API key was sent. */
export const viewerOf = ({ call: { caller } }: GraphContext): Viewer => {
  if (typeof caller === 'string') throw shownError(unauthenticated(caller));
  return caller;
};
