import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import type { Logger } from '@karrio/telemetry';
import type { Touched } from './projection/batch.ts';

export type Announce = (touched: readonly Touched[], position: bigint) => void;

/**
 * Who waits for its own writes hears the position, who shows an entity hears that it changed. A notice that
 * cannot be sent is lost: its readers ask Postgres when they hear nothing, and the projection goes on.
 */
export const announceOn =
  (bus: Pick<Bus, 'publish'>, log: Logger): Announce =>
  (touched, position) => {
    const at = { position: String(position) };
    const send = (subject: () => string, payload: object) => {
      try {
        bus.publish(subject(), { ...payload, ...at });
      } catch (err) {
        log.warn({ err }, 'notice not sent');
      }
    };
    for (const { org, entity, id } of touched) {
      send(() => subjects.liveChange.of({ org, entity, id }), { entity, id });
    }
    send(() => subjects.livePosition.of({}), {});
  };
