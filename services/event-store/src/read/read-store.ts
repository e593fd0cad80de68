import type { EventLog } from '../log/event-log.ts';
import type { Catalog } from '../stream/catalog.ts';
import type { Tail } from '../subscription/tail.ts';

/** Everything a reader needs. */
export type ReadStore = Readonly<{ log: EventLog; catalog: Catalog; tail: Tail }>;
