import { z } from 'zod';

const Difference = z.object({ path: z.string(), recorded: z.unknown(), now: z.unknown() });

const Step = z.object({
  slug: z.string(),
  is: z.enum(['same', 'differs', 'needs-response', 'not-reached']),
  differences: z.array(Difference),
});

/** A run as `replay_workflow` compares it. */
export const ReplayedRun = z.object({
  id: z.string(),
  same: z.boolean(),
  steps: z.array(Step).optional(),
  end: z.object({ recorded: z.string(), now: z.string() }).optional(),
  problem: z.string().optional(),
});
export type ReplayedRun = z.infer<typeof ReplayedRun>;

const meanings = {
  differs: 'differs',
  'needs-response': 'would ask for something that was not answered then',
  'not-reached': 'would not be reached',
} as const;

/** What the runs would be now, for people. */
export const reportLines = (runs: readonly ReplayedRun[]): readonly string[] => {
  const same = runs.filter((run) => run.same).length;
  return [
    ...runs.filter((run) => !run.same).flatMap(linesOf),
    `${same} of ${runs.length} runs would be the same.`,
  ];
};

const linesOf = ({ id, steps = [], end, problem }: ReplayedRun): readonly string[] => [
  problem === undefined ? id : `${id}: ${problem}`,
  ...steps.flatMap(({ slug, is, differences }) =>
    is === 'same'
      ? []
      : [
          `  ${slug} ${meanings[is]}`,
          ...differences.map(({ path, recorded, now }) => `    ${path}: ${told(recorded)} → ${told(now)}`),
        ],
  ),
  ...(end && end.recorded !== end.now ? [`  it ended with ${end.recorded}, and would with ${end.now}`] : []),
];

const told = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
