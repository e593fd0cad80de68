import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@karrio/event-store-client';
import {
  appliedPosition,
  makeNextSchema,
  migrate,
  nextSchema,
  openReadModel,
  swapSchemas,
  type ReadModel,
  type RowCount,
} from '@karrio/read-model';
import type { Logger } from '@karrio/telemetry';
import { measure } from '../measure.ts';
import { startProjector } from '../projector.ts';
import { openWriter } from '../write/writer.ts';

/** How often it is asked how far both are. */
const askMs = 100;
/** How long the service `query` is kept from writing at most. */
const heldMsMax = 30_000;

/** The rows in use stay in use. */
class RebuildFailed extends Error {
  override readonly name = 'RebuildFailed';
}

type Options = Readonly<{ databaseUrl: string; store: EventStore; log: Logger }>;

/**
 * Projects the log from its beginning into tables beside those that are read, and puts them in their place at once
 * when they are as far. Readers have the former rows until then; the service `query` goes on with the new ones. Says
 * how many rows each table had and has.
 * @throws RebuildFailed, or what Postgres throws: then nothing has changed
 */
export const rebuild = async ({ databaseUrl: url, store, log }: Options): Promise<readonly RowCount[]> => {
  await using stack = new AsyncDisposableStack();
  const common = { url, poolMax: 2, applicationName: 'karrio-rebuild' };
  const live = stack.use(openReadModel(common));
  await makeNextSchema(live.db);
  const next = stack.use(openReadModel({ ...common, schema: nextSchema }));
  const parked = new Set<string>();
  stack.use(
    startProjector({
      store,
      writer: stack.use(openWriter({ url, schema: nextSchema })),
      prepare: () => migrate(next.db, nextSchema),
      announce: () => {},
      measure: stack.use(measure(() => parked.size)),
      parked,
      log,
    }),
  );
  await arrived(live, next, Infinity);
  await refuseParked(live, parked);
  return await swapSchemas(live.db, () => arrived(live, next, heldMsMax));
};

/** Resolves when the tables beside are as far as those that are read. */
const arrived = async (live: ReadModel, next: ReadModel, msMax: number): Promise<void> => {
  const deadline = performance.now() + msMax;
  while ((await positionOf(next)) < (await appliedPosition(live.db))) {
    if (performance.now() > deadline) {
      throw new RebuildFailed('The new rows fell behind at the last moment; try again when less happens.');
    }
    await delay(askMs);
  }
};

/** Before its migrations, a schema has no checkpoint. */
const positionOf = ({ db }: ReadModel): Promise<bigint> => appliedPosition(db).catch(() => -2n);

/** What Postgres refuses now, and did not before, would be missing. */
const refuseParked = async ({ db }: ReadModel, parked: ReadonlySet<string>): Promise<void> => {
  const known = await db.selectFrom('parked_event').select('stream').distinct().execute();
  const streams = parked.difference(new Set(known.map(({ stream }) => stream)));
  if (streams.size === 0) return;
  const named = [...streams].slice(0, 5).join(', ');
  throw new RebuildFailed(
    `Events of ${streams.size} streams were refused that the rows in use have: ${named}. See parked_event in ${nextSchema}, correct what refuses them, and rebuild again.`,
  );
};
