import type { BacktestResult, RuleSet } from '@karrio/domain';

/** A task for a thread of its own, so that live decisions do not wait for it. */
export type Task =
  | Readonly<{ kind: 'explain'; ruleSet: RuleSet; facts: unknown }>
  | Readonly<{
      kind: 'backtest';
      ruleSet: RuleSet;
      databaseUrl: string;
      period: Period;
      /** Where it goes on; null: it begins. */
      soFar: SoFar | null;
    }>;

/** Of an organisation, from the one instant to before the other. */
export type Period = Readonly<{ org: string; testMode: boolean; from: string; to: string }>;

export type Progress = Readonly<{ done: number; total: number }>;

/** What was tested before the decision at `next`. */
export type SoFar = Readonly<{
  result: BacktestResult;
  done: number;
  next: Readonly<{ at: string; id: string }>;
}>;

export type FromThread =
  | Readonly<{ progress: Progress; soFar?: SoFar }>
  | Readonly<{ explained: object }>
  | Readonly<{ tested: BacktestResult }>
  | Readonly<{ failed: string }>;
