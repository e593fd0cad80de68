import { checkAccepted } from './accepted.ts';
import { checkAnnounced } from './announced.ts';
import { checkBacktested } from './backtested.ts';
import { checkControlled } from './controlled.ts';
import { checkEffects } from './effects.ts';
import { checkEnded } from './ended.ts';
import type { Evidence, Violation } from './evidence.ts';
import { checkHeld } from './held.ts';
import { checkProbed } from './probed.ts';
import { checkRated } from './rated.ts';
import { checkRebuilt } from './rebuilt.ts';
import { checkRepeated } from './repeated.ts';
import { checkSecret } from './secret.ts';
import { checkShown } from './shown.ts';
import { checkSlots } from './slots.ts';
import { checkTurns } from './turns.ts';
import { checkUnknowns } from './unknowns.ts';
import { checkWithoutPostgres } from './without-postgres.ts';

const checks = [
  checkAccepted,
  checkEnded,
  checkShown,
  checkEffects,
  checkUnknowns,
  checkProbed,
  checkControlled,
  checkHeld,
  checkRepeated,
  checkSlots,
  checkTurns,
  checkRated,
  checkBacktested,
  checkAnnounced,
  checkSecret,
  checkRebuilt,
  checkWithoutPostgres,
] as const;

/** Everything that contradicts a promise; pure, so that each check can be shown a broken world. */
export const audit = (evidence: Evidence): readonly Violation[] => checks.flatMap((check) => check(evidence));
