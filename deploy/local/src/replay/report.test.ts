import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';
import { reportLines } from './report.ts';

it('names of each run that would be another what would be, and counts the rest', () => {
  const runs = [
    { id: 'wevt_1', same: true },
    {
      id: 'wevt_2',
      same: false,
      steps: [
        { slug: 'fetch', is: 'same' as const, differences: [] },
        {
          slug: 'map',
          is: 'differs' as const,
          differences: [{ path: 'output.count', recorded: 3, now: undefined }],
        },
        { slug: 'send', is: 'not-reached' as const, differences: [] },
      ],
      end: { recorded: 'RunSucceeded', now: 'RunAborted' },
    },
    { id: 'wevt_3', same: false, problem: 'The workflow was deleted.' },
  ];
  expect(reportLines(runs)).toEqual([
    'wevt_2',
    '  map differs',
    '    output.count: 3 → nothing',
    '  send would not be reached',
    '  it ended with RunSucceeded, and would with RunAborted',
    'wevt_3: The workflow was deleted.',
    '1 of 3 runs would be the same.',
  ]);
});

it('asks for 50 runs unless told, and takes no more than the engine compares', () => {
  expect(readArguments(['--workflow', 'wkfl_1'])).toMatchObject({ workflow: 'wkfl_1', last: 50 });
  for (const last of ['0', '201', 'all', '1.5']) {
    expect(readArguments(['--workflow', 'wkfl_1', '--last', last])).toMatchObject({
      refused: expect.stringContaining('1 to 200'),
    });
  }
});

it.each([[[]], [['--workflow', 'wkfl_1', '--drft', 'x']], [['wkfl_1']]])(
  'says how it is used for %j',
  (args) => {
    expect(readArguments(args)).toMatchObject({ refused: expect.stringContaining('Usage: npm run replay') });
  },
);
