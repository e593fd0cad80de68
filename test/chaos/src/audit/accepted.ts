import { violationsOf, type Check } from './evidence.ts';

const violation = violationsOf('an accepted run is in the log, once');

/** Every start became one run however often it was asked for, and no run is there that nobody asked for. */
export const checkAccepted: Check = ({ starts, runs }) => {
  const askedFor = new Set(starts.flatMap(({ ids }) => ids));
  const doubled = starts
    .filter(({ ids }) => new Set(ids).size > 1)
    .map(({ idempotencyKey, ids }) => violation(idempotencyKey, `one key became ${ids.join(', ')}`));
  const shared = askedFor.size < starts.length ? [violation('all', 'two keys became one run')] : [];
  const lost = [...askedFor].filter((id) => !runs.has(id));
  const unasked = [...runs.keys()].filter((id) => !askedFor.has(id));
  return [
    ...doubled,
    ...shared,
    ...lost.map((id) => violation(id, 'was accepted, and the log does not have it')),
    ...unasked.map((id) => violation(id, 'is in the log, and nobody asked for it')),
  ];
};
