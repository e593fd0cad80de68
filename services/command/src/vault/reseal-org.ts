import { RevisionConflict } from '@karrio/event-store-client';
import { keyIdOf, VaultError } from '@karrio/vault';
import { holders, type Holding, type Reseal } from './holding.ts';
import { writer, type VaultPorts } from './vault-ports.ts';

/** Where an organisation's secrets may be: the streams of all that is defined, and how to read each. */
export const holdersOf = ({ catalog }: Pick<VaultPorts, 'catalog'>, org: string) => {
  const { connections, actions, metafields, triggers } = catalog.of(org);
  const entries = { connection: connections, action: actions, metafield: metafields, trigger: triggers };
  return holders.flatMap(({ kind, streamOf, read }) =>
    [...entries[kind]()].flatMap(({ id, state }) =>
      state.status === 'live' ? [{ stream: streamOf(id), read }] : [],
    ),
  );
};

/**
 * Seals every secret of an organisation that is under another key than the active one. Each entity is one append,
 * so a crash leaves some done and the others to the next time.
 */
export const resealOrg = async (
  ports: VaultPorts,
  org: string,
  activeId: string,
): Promise<Readonly<{ done: number; unreadable: number }>> => {
  const { vault, say } = ports;
  const reseal: Reseal = async (sealed, context) =>
    vault.seal(org, await vault.open(org, sealed, context), context);
  const all = holdersOf(ports, org);
  const counts = { done: 0, unreadable: 0 };
  for (const [index, holder] of all.entries()) {
    const outcome = await resealOne(ports, org, holder, activeId, reseal).catch(unreadable);
    if (outcome !== 'as it was') counts[outcome]++;
    if (outcome === 'unreadable')
      say(`${org}: the secrets of ${holder.stream} cannot be opened; set them again`);
    if ((index + 1) % progressEach === 0) say(`${org}: ${index + 1} of ${all.length} definitions looked at`);
  }
  return counts;
};

const unreadable = (error: unknown): 'unreadable' => {
  if (error instanceof VaultError && error.code === 'wrong-key') return 'unreadable';
  throw error;
};

const progressEach = 500;
const conflictsMax = 20;
const leasePollMs = 500;

type Holder = ReturnType<typeof holdersOf>[number];

const resealOne = async (
  ports: VaultPorts,
  org: string,
  { stream, read }: Holder,
  activeId: string,
  reseal: Reseal,
): Promise<'done' | 'as it was'> => {
  const { store, now, pause } = ports;
  const { at, append } = writer(ports, org);
  for (let conflicts = 0; ;) {
    const events = await store.read(stream);
    const [last, holding] = [events.at(-1), read(events)];
    if (!last || !holding || isDone(holding, activeId)) return 'as it was';
    if ((holding.busyUntilMs ?? 0) > now()) {
      await pause(leasePollMs);
      continue;
    }
    try {
      await append(stream, [await holding.resealed(reseal, at())], last.revision);
      return 'done';
    } catch (error) {
      if (!(error instanceof RevisionConflict) || ++conflicts > conflictsMax) throw error;
    }
  }
};

const isDone = ({ texts }: Holding, activeId: string): boolean =>
  texts.every((text) => keyIdOf(text) === activeId);
