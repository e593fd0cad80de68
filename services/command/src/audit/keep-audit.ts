import { auditedTypes } from '@karrio/domain';
import { backoffMs, pause, type EventStore, type Recorded } from '@karrio/event-store-client';
import type { Bus, Lease } from '@karrio/messaging';
import { counter, type Logger } from '@karrio/telemetry';
import type { Vault } from '@karrio/vault';
import { openCheckpoint } from './checkpoint.ts';
import { concernedBy } from './draft-entries.ts';
import { createRecorder } from './record-entries.ts';

export type KeepAuditPorts = Readonly<{
  store: EventStore;
  vault: Pick<Vault, 'seal'>;
  bus: Pick<Bus, 'lease'>;
  log: Logger;
}>;

/** What came meanwhile is chained together: twice a second for each organisation at the most. */
const restMs = 500;
const saveEveryMs = 5_000;
const leaseCheckMs = 1_000;
/** Organisations that are written to at once. */
const orgsAtOnce = 8;

const isAudited: ReadonlySet<string> = new Set(auditedTypes);

/**
 * Keeps every organisation's audit log, from the log itself: what was changed is in it the moment it is changed, so
 * no crash comes between a change and its entry, only before the entry is chained. One process works at a time, for
 * efficiency alone.
 */
export const keepAudit = (ports: KeepAuditPorts): AsyncDisposable => {
  const lease = ports.bus.lease('audit');
  const closing = new AbortController();
  const running = (async () => {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        if (lease.isHeld()) await followLog(ports, lease, closing.signal, () => (failures = 0));
        await pause(leaseCheckMs, closing.signal);
      } catch (err) {
        const retryInMs = backoffMs(++failures);
        ports.log.warn({ err, retryInMs }, 'audit log interrupted');
        await pause(retryInMs, closing.signal);
      }
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
      await lease[Symbol.asyncDispose]();
    },
  };
};

const followLog = async (
  { store, vault }: KeepAuditPorts,
  lease: Pick<Lease, 'isHeld'>,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> => {
  const chained = counter('karrio_audited_events_total', 'Events of the log that the audit logs tell of.');
  const { record } = createRecorder({ store, vault });
  const { audited, save } = await openCheckpoint(store);
  let savedMs = performance.now();
  let unsaved: bigint | undefined;
  const filter = { eventTypePrefixes: auditedTypes };
  for await (const { events, position } of store.follow({ from: audited, filter, signal })) {
    if (!lease.isHeld()) break;
    // The filter lets through what only begins like one of them, too.
    const told = events.filter(({ type }) => isAudited.has(type));
    if (told.length > 0) {
      await recordAll(record, told);
      chained.add(told.length);
      unsaved = position;
      onProgress();
    }
    if (unsaved !== undefined && performance.now() - savedMs > saveEveryMs) {
      await save(unsaved);
      savedMs = performance.now();
      unsaved = undefined;
    }
    if (told.length > 0) await pause(restMs, signal);
  }
};

const recordAll = async (
  record: (org: string, events: readonly Recorded[]) => Promise<void>,
  events: readonly Recorded[],
): Promise<void> => {
  const byOrg = [
    ...Map.groupBy(
      events.flatMap((event) => concernedBy(event).map((org) => ({ org, event }))),
      ({ org }) => org,
    ),
  ];
  for (let from = 0; from < byOrg.length; from += orgsAtOnce) {
    await Promise.all(
      byOrg.slice(from, from + orgsAtOnce).map(([org, own]) =>
        record(
          org,
          own.map(({ event }) => event),
        ),
      ),
    );
  }
};
