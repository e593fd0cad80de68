/**
 * One Ctrl-C may arrive several times: from the terminal, and again from npm, which passes it on. Only one
 * that comes later than this is a second one.
 */
const sameMs = 1_000;

export type StopSignals = Readonly<{ onStop: () => void; onImpatience: () => void; now?: () => number }>;

/** Tells a request to stop from the impatience of somebody who asks again. Gives the handler for a signal. */
export const stopSignals = ({ onStop, onImpatience, now = () => performance.now() }: StopSignals) => {
  let firstAt: number | undefined;
  return (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = now();
      onStop();
      return;
    }
    if (signal === 'SIGINT' && now() - firstAt > sameMs) onImpatience();
  };
};
