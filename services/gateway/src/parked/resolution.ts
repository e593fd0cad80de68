import type { CommandName, FieldErrors } from '@karrio/contracts';
import type { RunActionRow, RunRow } from '@karrio/read-model';

export type ParkedResolution = 'retry' | 'failed' | 'succeeded' | 'cancel';

type Asked = Readonly<{ name: CommandName; input: Readonly<{ id: string }> }>;

/** The command that lets one parked run go on or ends it, or why there is none. */
export const resolutionOf = (
  { id, parked }: Pick<RunRow, 'id' | 'parked'>,
  as: ParkedResolution,
  note: string | null | undefined,
): Asked | Readonly<{ errors: FieldErrors }> => {
  if (as === 'cancel') return { name: 'cancel_run', input: { id, ...(note ? { reason: note } : {}) } };
  if (parked?.cause === 'outcome-unknown' && parked.action !== undefined) {
    const settlement = { id, action: parked.action, as, ...(note ? { note } : {}) };
    return { name: 'settle_run_action', input: settlement };
  }
  if (parked?.cause === 'rate-held') {
    const message =
      'The run waits until a person settles its rate decision: settle_rate_decision lets it go on. Or resolve it as cancel.';
    return { errors: [{ field: 'as', messages: [message] }] };
  }
  if (as === 'retry') return { name: 'redrive_run', input: { id } };
  const message =
    'The run is parked for a fault of the engine, and no request of it is in doubt: resolve it as retry or cancel.';
  return { errors: [{ field: 'as', messages: [message] }] };
};

export type Repeated = Readonly<{ action: string; method: string; url: string }>;

/** The requests that would leave again, though they may have taken effect. */
export const repeatedBy = (
  as: ParkedResolution,
  { parked }: Pick<RunRow, 'parked'>,
  actions: readonly RunActionRow[],
): readonly Repeated[] => {
  if (as !== 'retry') return [];
  const inDoubt = actions.filter(
    ({ slug, status, attempt }) =>
      (status === 'outcome_unknown' || status === 'running') &&
      (parked?.action === undefined || parked.action === slug) &&
      !actions.some((other) => other.slug === slug && other.attempt > attempt),
  );
  return inDoubt.flatMap(({ slug, request }) =>
    request ? [{ action: slug, method: request.method, url: request.url }] : [],
  );
};
