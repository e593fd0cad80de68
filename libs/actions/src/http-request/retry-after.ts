import type { WireHeaders } from '../wire.ts';

/** How long an answer asks to wait, in seconds or as a date; undefined where it does not say, or not clearly. */
export const retryAfterMs = (headers: WireHeaders, receivedAtMs: number): number | undefined => {
  const said = headers['retry-after'];
  if (typeof said !== 'string') return undefined;
  if (/^\s*\d{1,9}\s*$/.test(said)) return Number(said) * 1_000;
  const untilMs = Date.parse(said);
  if (Number.isNaN(untilMs)) return undefined;
  // By the server's own clock where it shows it: ours may differ.
  const serverMs = Date.parse(String(headers['date']));
  return Math.max(0, untilMs - (Number.isNaN(serverMs) ? receivedAtMs : serverMs));
};
