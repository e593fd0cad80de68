import fc from 'fast-check';
import type { Metadata } from '../model/log.ts';
import type { ReadOptions } from '../model/read.ts';
import type { Expected } from '../model/write.ts';

/** What a history does next, as data: it prints well and shrinks well. Streams and events are numbers. */
export type Operation =
  | Readonly<{ act: 'append'; stream: number; expected: Expected; events: readonly number[] }>
  | Readonly<{ act: 'describe'; stream: number; expected: Expected; metadata: Metadata }>
  | Readonly<{ act: 'delete'; stream: number; expected: Expected }>
  | Readonly<{ act: 'end'; stream: number; expected: Expected }>
  | Readonly<{ act: 'read'; stream: number; isMetadata: boolean; options: ReadOptions }>
  | Readonly<{ act: 'read all'; at: number; direction: ReadOptions['direction']; count: number }>
  | Readonly<{ act: 'restart'; how: 'kill' | 'stop' }>;

/** As few as can be mistaken for each other: more happens to each. */
const streams = 2;
/** Few, so that they come again: an event that comes again is a repeated one. */
const eventsOfStream = 4;

const stream = fc.nat({ max: streams - 1 });
const revision = fc.nat({ max: 7 });
const count = fc.integer({ min: 1, max: 8 });
const direction = fc.constantFrom('forwards' as const, 'backwards' as const);
const deletionExpected = fc.oneof(fc.constantFrom('any' as const, 'no_stream' as const), revision);
const expected = fc.oneof(deletionExpected, fc.constant('stream_exists' as const));
const events = fc.array(fc.nat({ max: eventsOfStream - 1 }), { minLength: 1, maxLength: 4 });
const metadata = fc.record(
  { maxCount: fc.integer({ min: 1, max: 4 }), truncateBefore: fc.integer({ min: 1, max: 6 }) },
  { requiredKeys: [] },
);
const options = fc.record({
  direction,
  from: fc.oneof(fc.constantFrom('start' as const, 'end' as const), revision),
  count,
});

const act = <T extends string>(name: T) => fc.constant(name);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ act: act('append'), stream, expected, events }) },
  { weight: 12, arbitrary: fc.record({ act: act('describe'), stream, expected, metadata }) },
  { weight: 12, arbitrary: fc.record({ act: act('delete'), stream, expected: deletionExpected }) },
  { weight: 2, arbitrary: fc.record({ act: act('end'), stream, expected: deletionExpected }) },
  { weight: 24, arbitrary: fc.record({ act: act('read'), stream, isMetadata: fc.boolean(), options }) },
  { weight: 9, arbitrary: fc.record({ act: act('read all'), at: fc.nat({ max: 30 }), direction, count }) },
);

export const history = fc.array(operation, { minLength: 1, maxLength: 40, size: 'max' });

const restart = fc.record({ act: act('restart'), how: fc.constantFrom('kill' as const, 'stop' as const) });

/** A start of the server takes as long as a hundred other operations, so there is one, in the middle. */
export const interruptedHistory = fc
  .tuple(history, restart, history)
  .map(([before, restarted, after]): readonly Operation[] => [...before, restarted, ...after]);

/** Shows all that streams show; the last thing that a history does. */
export const closingReads: readonly Operation[] = Array.from(
  { length: streams },
  (_, stream) => stream,
).flatMap((stream) =>
  [false, true].flatMap((isMetadata) =>
    (
      [
        ['forwards', 'start'],
        ['backwards', 'end'],
      ] as const
    ).map(([direction, from]): Operation => ({
      act: 'read',
      stream,
      isMetadata,
      options: { direction, from, count: 1000 },
    })),
  ),
);
