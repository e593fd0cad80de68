import { append, openSmallStore, scavengeNow, setMetadata, write } from './opened-store.ts';

// Writes to a store and scavenges it without end, and says what was acknowledged, until it is killed.
const [folder = '', life = ''] = process.argv.slice(2);
const store = await openSmallStore(folder, 20_000);
const say = (acknowledged: Readonly<Record<string, unknown>>) => {
  process.stdout.write(`${JSON.stringify(acknowledged)}\n`);
};

for (const [stream, maxCount] of Object.entries({ one: 1, three: 3, ten: 10 }))
  await setMetadata(store, stream, JSON.stringify({ $maxCount: maxCount }));

/** Each event says its own revision. */
const appendNext = async (stream: string) => {
  const { lastRevision } = store.catalog.stateOf(stream);
  const outcome = await append(store, stream, 1, String(lastRevision + 1));
  if (outcome.kind === 'written') say({ stream, revision: outcome.revision });
};

const writeOn = async () => {
  for (let round = 0; ; round++) {
    for (const stream of ['one', 'three', 'ten', 'all']) await appendNext(stream);
    const ended = `ended-${life}-${String(round)}`;
    await append(store, ended, 2);
    await write(store, { stream: ended, change: { kind: 'tombstone' } });
    say({ stream: ended, isTombstoned: true });
  }
};

const scavengeOn = async () => {
  for (;;) {
    const { events } = await scavengeNow(store, { recentKept: 20 });
    say({ scavenged: events });
    await new Promise((resolve) => setImmediate(resolve));
  }
};

await Promise.all([writeOn(), scavengeOn()]);
