import type { EventIndex } from '../index/event-index.ts';

/** Which events of the log a reader wants: by the name of the stream, or by the type. */
export type EventFilter = Readonly<{
  by: 'stream' | 'type';
  pattern:
    | Readonly<{ kind: 'prefixes'; prefixes: readonly string[] }>
    | Readonly<{ kind: 'regex'; regex: Readonly<{ test: (name: string) => boolean }> }>;
  /** A checkpoint is due after this many events, wanted or not. */
  checkpointEvery: number;
}>;

const matchesName = ({ pattern }: EventFilter, name: string) =>
  pattern.kind === 'regex'
    ? pattern.regex.test(name)
    : pattern.prefixes.some((prefix) => name.startsWith(prefix));

/** Decides by what the index knows, without reading the event. */
export const filterMatcher = (
  filter: EventFilter,
  { streams, types }: Pick<EventIndex, 'streams' | 'types'>,
) => {
  if (filter.by === 'stream') return (stream: number) => matchesName(filter, streams.nameOf(stream));
  // There are few types, and each decision holds for ever.
  const decided: boolean[] = [];
  return (_stream: number, type: number) => (decided[type] ??= matchesName(filter, types.nameOf(type)));
};
