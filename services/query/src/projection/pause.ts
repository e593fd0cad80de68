import type { PauseEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { PauseRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

/** Every event says the whole of it. */
export const pauseChange = (
  id: string,
  { type, data, revision, metadata }: Recorded<PauseEvent>,
): RowChange<PauseRow> => ({
  created: {
    id,
    org_id: metadata.org,
    scope: data.scope,
    ...(type === 'RunsPaused'
      ? { paused_at: data.at, paused_by: metadata.actor, reason: data.reason }
      : { paused_at: null, paused_by: null, reason: null }),
    revision,
  },
});
