import { accept, eventGuard, type Decider, type Event } from '../event.ts';
import type { Refusal } from './refusal.ts';

/** Whose runs a pause holds: those of one workflow, or all of an organisation. */
export const pauseScopes = ['workflow', 'organization'] as const;
export type PauseScope = (typeof pauseScopes)[number];

/** From now on no action of these runs begins. Who did it is the event's actor. */
export type RunsPaused = Event<'RunsPaused', { scope: PauseScope; reason: string | null; at: string }>;
/** They go on. */
export type RunsResumed = Event<'RunsResumed', { scope: PauseScope; at: string }>;
export type PauseEvent = RunsPaused | RunsResumed;

export const isPauseEvent = eventGuard<PauseEvent>({ RunsPaused: true, RunsResumed: true });

export type PauseCommand =
  | { type: 'PauseRuns'; scope: PauseScope; reason: string | null; at: string }
  | { type: 'ResumeRuns'; scope: PauseScope; at: string };

/** `since` is the time of the pause that lasts. */
export type PauseState = Readonly<{ isPaused: false }> | Readonly<{ isPaused: true; since: string }>;

const decide: Decider<PauseState, PauseCommand, PauseEvent, Refusal>['decide'] = (state, command) => {
  const { scope, at } = command;
  if (command.type === 'PauseRuns') {
    return state.isPaused
      ? accept()
      : accept({ type: 'RunsPaused', data: { scope, reason: command.reason, at } });
  }
  if (!state.isPaused) return accept();
  // Times are the senders': one may have asked before the other and been heard after, or its clock is behind.
  const isBehind = Date.parse(at) < Date.parse(state.since);
  return accept({ type: 'RunsResumed', data: { scope, at: isBehind ? state.since : at } });
};

/** The pause of one workflow or of one organisation, in a stream of its own. */
export const pause: Decider<PauseState, PauseCommand, PauseEvent, Refusal> = {
  initial: { isPaused: false },
  evolve: (_, { type, data }) =>
    type === 'RunsPaused' ? { isPaused: true, since: data.at } : { isPaused: false },
  decide,
};
