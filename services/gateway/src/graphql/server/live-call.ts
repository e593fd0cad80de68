import type { ReadModel } from '@karrio/read-model';
import type { Caller } from '../../auth/viewer.ts';
import type { Change } from '../../live/feed.ts';
import { loadersOfRequest, type Loaders } from '../loaders.ts';

/** What a subscription has beside what every operation has. */
export type LiveCall = Readonly<{
  /** Who the caller is now: nobody any more, where its key was revoked. */
  callerNow: () => Promise<Caller>;
  /** The cursor that a reconnecting client sends by itself, instead of `after`. */
  lastEventId: string | undefined;
  onDropped: () => void;
  /** Each change is looked at with what all its readers share. */
  begin: (change: Change<unknown>) => void;
  watchedBy: (idleAt: () => bigint | undefined) => void;
}>;

/** Of the change that is being told; undefined before the first. */
export type LiveState = Readonly<{
  call: LiveCall;
  loaders: (org: string) => Loaders;
  cursor: () => string | undefined;
  idleId: () => string | undefined;
}>;

const shared = new WeakMap<object, (org: string) => Loaders>();

/** What was read together is looked up once, however many subscribers ask for it. */
const sharedLoaders = (db: ReadModel['db'], together: object): ((org: string) => Loaders) => {
  const known = shared.get(together) ?? loadersOfRequest(db);
  shared.set(together, known);
  return known;
};

type Connection = Pick<LiveCall, 'callerNow' | 'lastEventId' | 'onDropped'>;

export const createLiveState = (db: ReadModel['db'], connection: Connection): LiveState => {
  let loaders = loadersOfRequest(db);
  let position: bigint | undefined;
  let idleAt: () => bigint | undefined = () => undefined;
  return {
    call: {
      ...connection,
      begin: (change) => {
        position = change.position;
        loaders = sharedLoaders(db, change.together);
      },
      watchedBy: (asked) => {
        idleAt = asked;
      },
    },
    loaders: (org) => loaders(org),
    cursor: () => position?.toString(),
    idleId: () => idleAt()?.toString(),
  };
};
