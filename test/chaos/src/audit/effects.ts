import { violationsOf, type Check, type Violation } from './evidence.ts';
import { ledgerOf, type Entry } from './ledger.ts';

const violation = violationsOf('effects equal the ledger');

/**
 * A request left only for an attempt that was durable before, at most one for each; another one with the same key
 * only after the log had allowed it; and what was never unknown nor retried left exactly once.
 */
export const checkEffects: Check = ({ runs, requests }) => {
  const ledger = ledgerOf(runs, requests);
  const strangers = requests
    .filter(({ key }) => !ledger.has(key))
    .map(({ key, method, path }) => violation(key, `${method} ${path} left, and no attempt is in the log`));
  return [...strangers, ...[...ledger.values()].flatMap(flawsOf)];
};

const flawsOf = (entry: Entry): readonly Violation[] => {
  const { key, requests, started, leaves, outcomes } = entry;
  const flaws: string[] = [];
  requests.forEach(({ atMs }, index) => {
    const isBefore = (event: Readonly<{ atMs: number }>) => event.atMs <= atMs;
    const begun = started.filter(isBefore).length;
    if (begun <= index) flaws.push(`request ${index + 1} left when ${begun} attempts had begun`);
    if (leaves.filter(isBefore).length < index) flaws.push(`request ${index + 1} left without leave`);
  });
  for (const { attempt } of started) {
    const isAllowed = attempt === 1 || leaves.some((leave) => leave.attempt === attempt - 1);
    if (!isAllowed) flaws.push(`attempt ${attempt} began without leave`);
  }
  const isOnce = outcomes.every(({ is, hasAnswer }) => hasAnswer && (is === 'succeeded' || is === 'failed'));
  if (outcomes.length > 0 && isOnce && requests.length !== 1) {
    flaws.push(`it was neither unknown nor retried, and ${requests.length} requests arrived`);
  }
  return flaws.map((flaw) => violation(key, flaw));
};
