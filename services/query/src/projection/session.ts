import type { UserEvent } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { SessionRow } from '@karrio/read-model';
import type { RowChange } from './row-change.ts';

export const sessionChange = (
  userId: string,
  { type, data, revision }: Recorded<UserEvent>,
): RowChange<SessionRow> | undefined => {
  switch (type) {
    case 'SessionStarted':
      return {
        created: {
          id: data.sessionId,
          user_id: userId,
          hash: data.hash,
          origin: data.origin,
          created_at: data.at,
          expires_at: data.expiresAt,
          ended_at: null,
          revision,
        },
      };
    case 'SessionEnded':
      return { changed: { id: data.sessionId, ended_at: data.at, revision } };
    default:
      return undefined;
  }
};
