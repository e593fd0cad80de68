import { parseStream } from '@karrio/contracts';
import { isPauseEvent, type PauseScope } from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';

/** A pause of a workflow or an organisation; `until` is missing while it lasts. */
export type Pause = Readonly<{
  scope: PauseScope;
  since: string;
  until?: string;
  by: string;
  reason: string | null;
}>;

type EndedPause = Pause & Readonly<{ until: string }>;

export type Pauses = Readonly<{
  take: (event: Recorded) => void;
  /** Whether the workflow or its organisation is paused. */
  isHeld: (org: string, workflowId: string) => boolean;
  /** Those of both that ended after a time, the earliest first. */
  endedSince: (org: string, workflowId: string, since: string) => readonly EndedPause[];
}>;

/** What the log says of pauses: all there ever were, a few to each workflow. */
export const createPauses = (): Pauses => {
  const all = new Map<string, readonly Pause[]>();
  const of = (id: string) => all.get(id) ?? [];
  return {
    take: (event) => {
      const id = parseStream(event.stream)?.id;
      if (id === undefined || !isPauseEvent(event)) return;
      const known = of(id);
      if (event.type === 'RunsPaused') {
        const { scope, reason, at } = event.data;
        all.set(id, [...known, { scope, since: at, by: event.metadata.actor, reason }]);
        return;
      }
      const last = known.at(-1);
      if (last) all.set(id, [...known.slice(0, -1), { ...last, until: event.data.at }]);
    },
    isHeld: (org, workflowId) => [workflowId, org].some((id) => isOpen(of(id).at(-1))),
    endedSince: (org, workflowId, since) => {
      const known = [...of(workflowId), ...of(org)];
      // Each step of each run asks, and hardly anybody was ever paused.
      return known.length === 0 ? none : endedAfter(known, since);
    },
  };
};

const isOpen = (pause: Pause | undefined): boolean => pause !== undefined && pause.until === undefined;

const isAfter = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

const none: readonly EndedPause[] = [];

const endedAfter = (pauses: readonly Pause[], since: string): readonly EndedPause[] =>
  pauses
    .flatMap(({ until, ...pause }) =>
      until !== undefined && isAfter(until, since) ? [{ ...pause, until }] : [],
    )
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
