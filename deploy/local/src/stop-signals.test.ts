import { describe, expect, it } from 'vitest';
import { stopSignals } from './stop-signals.ts';

const recorded = () => {
  const heard: string[] = [];
  let now = 0;
  const handle = stopSignals({
    onStop: () => heard.push('stop'),
    onImpatience: () => heard.push('kill'),
    now: () => now,
  });
  const at = (ms: number, signal: NodeJS.Signals) => {
    now = ms;
    handle(signal);
  };
  return { heard, at };
};

describe('signals', () => {
  it('takes the echoes of one Ctrl-C for one request', () => {
    const { heard, at } = recorded();
    at(0, 'SIGINT');
    at(5, 'SIGINT');
    at(900, 'SIGINT');

    expect(heard).toEqual(['stop']);
  });

  it('kills when a human asks a second time', () => {
    const { heard, at } = recorded();
    at(0, 'SIGINT');
    at(1_500, 'SIGINT');

    expect(heard).toEqual(['stop', 'kill']);
  });

  it('lets a stop by SIGTERM take its time, however often it is asked for', () => {
    const { heard, at } = recorded();
    at(0, 'SIGTERM');
    at(5_000, 'SIGTERM');

    expect(heard).toEqual(['stop']);
  });
});
