import { checkAccepted } from './accepted.ts';
import { checkEffects } from './effects.ts';
import { checkEnded } from './ended.ts';
import type { Evidence, Violation } from './evidence.ts';
import { checkRebuilt } from './rebuilt.ts';
import { checkShown } from './shown.ts';
import { checkUnknowns } from './unknowns.ts';
import { checkWithoutPostgres } from './without-postgres.ts';

const checks = [
  checkAccepted,
  checkEnded,
  checkShown,
  checkEffects,
  checkUnknowns,
  checkRebuilt,
  checkWithoutPostgres,
] as const;

/** Everything that contradicts a promise; pure, so that each check can be shown a broken world. */
export const audit = (evidence: Evidence): readonly Violation[] => checks.flatMap((check) => check(evidence));
