import type { AuditRecorded } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { AuditEntryRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** The entry as it was chained, and beside it what it is found by. */
export const auditEntryChange = ({
  id,
  data: { entry, previous, hash },
  metadata,
  revision,
}: Recorded<AuditRecorded>): RowChange<AuditEntryRow> => ({
  created: {
    id,
    org_id: metadata.org,
    number: entry.number,
    at: entry.at,
    actor: entry.actor,
    action: entry.action,
    outcome: entry.outcome,
    entity_type: entry.entity?.type ?? null,
    entity_id: entry.entity?.id ?? null,
    entry,
    previous,
    hash,
    revision,
  },
});
