import { completeTrigger, type TriggerEvent } from '@karrio/domain';

/** A schedule of so many seconds, and when it was on: instants behind `fromMs`, up to `untilMs`. */
export type Clock = Readonly<{
  everyMs: number;
  on: readonly Readonly<{ fromMs: number; untilMs: number }>[];
}>;

/** Undefined for a trigger without a schedule. */
export const clockOf = (changes: readonly TriggerEvent[]): Clock | undefined => {
  const everyMs = Math.max(0, ...changes.map(periodOf));
  return everyMs > 0 ? { everyMs, on: onTimes(changes) } : undefined;
};

const definitionOf = (change: TriggerEvent) =>
  change.type === 'TriggerDeleted' ? undefined : completeTrigger(change.data.definition);

const periodOf = (change: TriggerEvent): number =>
  Number(/^\*\/(\d+) /.exec(definitionOf(change)?.schedule ?? '')?.[1] ?? 0) * 1_000;

const onTimes = (changes: readonly TriggerEvent[]): Clock['on'] => {
  const on: { fromMs: number; untilMs: number }[] = [];
  for (const change of changes) {
    const atMs = Date.parse(change.data.at);
    const last = on.at(-1);
    const isOn = definitionOf(change)?.isActive === true;
    if (isOn && last?.untilMs !== Infinity) on.push({ fromMs: atMs, untilMs: Infinity });
    if (!isOn && last?.untilMs === Infinity) last.untilMs = atMs;
  }
  return on;
};

/** Its times behind `fromMs`, up to `untilMs`. */
export const instants = ({ everyMs }: Clock, fromMs: number, untilMs: number): readonly number[] => {
  const first = (Math.floor(fromMs / everyMs) + 1) * everyMs;
  return first > untilMs
    ? []
    : Array.from(
        { length: Math.floor((untilMs - first) / everyMs) + 1 },
        (_, index) => first + index * everyMs,
      );
};
