import type { CommandPayload, RunCommandName } from '@karrio/contracts';
import {
  refusal,
  type ActionAttempt,
  type Refusal,
  type RunControl,
  type RunEvent,
  type Stored,
} from '@karrio/domain';

type ControlCommandName = Exclude<RunCommandName, 'request_run' | 'receive_event' | 'rerun_run'>;

/** What people do to a run that is there. */
export type ControlCommand = {
  readonly [N in ControlCommandName]: Readonly<{ name: N; payload: CommandPayload<N> }>;
}[ControlCommandName];

type Who = Readonly<{ by: string; at: string }>;

/** A command in the words of the run's rules. `output` is that of a settlement, as the log keeps it. */
export const controlOf = (
  command: ControlCommand,
  events: readonly RunEvent[],
  who: Who,
  output: Stored | undefined,
): RunControl | Readonly<{ refused: Refusal }> => {
  switch (command.name) {
    case 'cancel_run': {
      const { reason } = command.payload;
      return { type: 'Cancel', ...who, ...(reason ? { reason } : {}) };
    }
    case 'pause_run':
      return { type: 'Pause', ...who };
    case 'resume_run':
      return { type: 'Resume', ...who };
    case 'redrive_run':
      return { type: 'Redrive', ...who };
    case 'settle_run_action':
      return settlementOf(command.payload, events, who, output);
  }
};

const settlementOf = (
  { action: slug, as, note }: CommandPayload<'settle_run_action'>,
  events: readonly RunEvent[],
  who: Who,
  output: Stored | undefined,
): RunControl | Readonly<{ refused: Refusal }> => {
  const attempt = lastAttemptOf(slug, events);
  if (!attempt) {
    const open = openSlugs(events).join(', ') || 'none';
    return {
      refused: refusal('invalid', 'action', `The run has begun no action ${slug}. To be settled: ${open}.`),
    };
  }
  return {
    type: 'Settle',
    ...who,
    attempt,
    as,
    ...(output === undefined ? {} : { output }),
    ...(note ? { note } : {}),
  };
};

const lastAttemptOf = (slug: string, events: readonly RunEvent[]): ActionAttempt | undefined => {
  const last = events.findLast(({ data }) => 'attempt' in data && data.slug === slug)?.data;
  if (!last || !('attempt' in last)) return undefined;
  const { actionId, actionType, order, attempt } = last;
  return { slug, actionId, actionType, order, attempt };
};

const openSlugs = (events: readonly RunEvent[]): readonly string[] => {
  const slugs = events.flatMap((event) =>
    event.type === 'ActionOutcomeUnknown' && event.data.resolution === 'park' ? [event.data.slug] : [],
  );
  return [...new Set(slugs)];
};
