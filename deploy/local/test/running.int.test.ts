import { describe, expect, it } from 'vitest';
import { isRunning } from '../src/running.ts';

describe('a process', () => {
  it('runs when it is there', () => {
    expect(isRunning(process.pid, Date.now())).toBe(true);
  });

  it('does not run when no process has the id', () => {
    expect(isRunning(2 ** 22 + 1, Date.now())).toBe(false);
    expect(isRunning(Number.NaN, Date.now())).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is another one when it began after it was noted', () => {
    const beforeThisTest = Date.now() - process.uptime() * 1_000 - 60_000;
    expect(isRunning(process.pid, beforeThisTest)).toBe(false);
  });
});
