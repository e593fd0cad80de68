export { compareRuns, type RunReport, type StepReport } from './compare-runs.ts';
export type { Difference } from './difference.ts';
export { recordedAnswers } from './recorded-answers.ts';
export { requestOf } from './recorded-run.ts';
export {
  rehearse,
  type AnswerOf,
  type OutcomeSource,
  type Rehearsal,
  type RehearsedStep,
} from './rehearse.ts';
export { replay, type Departure, type Replayed } from './replay.ts';
