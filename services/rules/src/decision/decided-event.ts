import type { Decided, Json, RateDecided, RateFacts, Stored } from '@karrio/domain';
import { nothingMessage } from './nothing-message.ts';

export type Basis = Readonly<{
  ruleSetHash: string;
  facts: Stored;
  trace: Stored;
  testMode: boolean;
  runId?: string;
  at: string;
}>;

/** A decision as the log says it; one that is only tried has no id. */
export const decidedEvent = (
  id: string | null,
  decided: Decided,
  { rates }: RateFacts,
  basis: Basis,
): RateDecided => {
  const { decision } = decided;
  const data = { ...basis, decision };
  const rate = rateOf(rates, decision.rate);
  switch (decision.outcome) {
    case 'selected':
      return { type: 'RateSelected', data: { ...data, rate } };
    case 'none':
      return { type: 'NoRateSelected', data: { ...data, message: nothingMessage(decided) } };
    case 'held': {
      const reasons = decision.holds.map(({ reason }) => reason).join(' ');
      const message = `A person has to decide: ${reasons} Settle it: ${remedyOf(id)}.`;
      return { type: 'RateHeld', data: { ...data, rate, message } };
    }
  }
};

export const rateOf = (rates: RateFacts['rates'], id: string | null): Json =>
  // oxlint-disable-next-line typescript/consistent-type-assertions -- facts were read from JSON
  (rates.find((rate) => rate.id === id) as Json | undefined) ?? null;

const remedyOf = (id: string | null): string =>
  id === null
    ? 'settle_rate_decision'
    : `settle_rate_decision with the id ${id}, or POST /v1/rate-decisions/${id}/settle`;
