import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { noteApiKeyUses, type ReadModel } from '@karrio/read-model';
import type { Logger } from '@karrio/telemetry';

/**
 * Keeps when API keys were last used, as gateways tell. It is of no consequence: what is lost on the way, or with a
 * rebuild of the read models, is known again at the key's next use.
 */
export const keepKeyUses =
  ({ db }: Pick<ReadModel, 'db'>, log: Logger) =>
  (bus: Pick<Bus, 'subscribe'>): void => {
    bus.subscribe(subjects.apiKeysUsed, subjects.apiKeysUsed.matching(), ({ uses }) => {
      noteApiKeyUses(db, uses).catch((err: unknown) => log.warn({ err }, 'key uses not kept'));
    });
  };
