import { zoneOf } from '../schedule/zone.ts';
import type { RateFacts } from './facts.ts';

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

const dayMs = 86_400_000;

/** The evaluation's wall time and the shipment's day, in the facts' time zone. */
export type Moment = Readonly<{
  /** 2026-11-27 */
  date: string;
  weekday: string;
  /** 22:05 */
  time: string;
}>;

export const momentOf = ({ evaluated_at, time_zone, shipment }: RateFacts): Moment => {
  const at = Date.parse(evaluated_at);
  const zone = zoneOf(time_zone ?? 'UTC');
  const wall = new Date('refused' in zone ? at : at + zone.offsetAt(at)).toISOString();
  const date = shipment.shipping_date ?? wall.slice(0, 10);
  return {
    date,
    weekday: weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? '',
    time: wall.slice(11, 16),
  };
};

/** The calendar date that a text begins with. */
export const dateOf = (text: string): string | undefined => {
  const date = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  const ms = Date.parse(`${date}T00:00:00Z`);
  // The 31st of February would be taken for the 3rd of March.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? undefined : date;
};

/** Calendar days from one date to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
