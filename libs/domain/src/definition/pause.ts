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

export type PauseState = Readonly<{ isPaused: boolean }>;

const decide: Decider<PauseState, PauseCommand, PauseEvent, Refusal>['decide'] = ({ isPaused }, command) => {
  const { scope, at } = command;
  if (command.type === 'PauseRuns') {
    return isPaused ? accept() : accept({ type: 'RunsPaused', data: { scope, reason: command.reason, at } });
  }
  return isPaused ? accept({ type: 'RunsResumed', data: { scope, at } }) : accept();
};

/** The pause of one workflow or of one organisation, in a stream of its own. */
export const pause: Decider<PauseState, PauseCommand, PauseEvent, Refusal> = {
  initial: { isPaused: false },
  evolve: (_, { type }) => ({ isPaused: type === 'RunsPaused' }),
  decide,
};
