import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the command line', () => {
  it('starts with the demonstration unless told otherwise', () => {
    expect(readArguments([])).toEqual({ kind: 'start', demo: true });
    expect(readArguments(['--no-demo'])).toEqual({ kind: 'start', demo: false });
  });

  it('shows the help, also beside other options', () => {
    expect(readArguments(['--no-demo', '--help'])).toEqual({ kind: 'help' });
  });

  it.each([['--demo'], ['--nodemo'], ['start']])('refuses %s and lists the options', (argument) => {
    const request = readArguments([argument]);

    expect(request).toMatchObject({ kind: 'refused', reason: expect.stringContaining(argument) });
    expect(request).toMatchObject({ reason: expect.stringContaining('--no-demo and --help') });
  });
});
