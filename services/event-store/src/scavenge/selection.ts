import type { Cut } from './cut.ts';
import type { StreamCuts } from './stream-cuts.ts';

/** Decides event by event, in the order of the log, what a scavenge removes. */
export type Selection = Readonly<{
  /** By the index alone: whether its age may let the event go. */
  mayGo: (stream: number, ordinal: number) => boolean;
  goes: (stream: number, ordinal: number, createdMs: number) => boolean;
  cutOf: (stream: number) => Cut | undefined;
}>;

export const createSelection = (cuts: StreamCuts): Selection => {
  /** Streams with an event that was not old enough: what follows stays too, also where a clock went back. */
  const keeping = new Set<number>();

  const mayGo = (stream: number, ordinal: number) => {
    const planned = cuts.get(stream);
    return planned !== undefined && ordinal < Math.max(planned.hiddenTo, planned.expiredTo);
  };

  const goes = (stream: number, ordinal: number, createdMs: number) => {
    const planned = cuts.get(stream);
    if (!planned) return false;
    if (ordinal < planned.hiddenTo) return true;
    if (ordinal >= planned.expiredTo || keeping.has(stream)) return false;
    if (createdMs < planned.cut.expiredBeforeMs) return true;
    keeping.add(stream);
    return false;
  };

  return { mayGo, goes, cutOf: (stream) => cuts.get(stream)?.cut };
};
