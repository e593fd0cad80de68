import { type Answer, type EventMetadata, type QuestionPayload } from '@karrio/contracts';
import { RevisionConflict } from '@karrio/event-store-client';
import { refused, rejected } from '../decision/reply.ts';
import { laidOver } from '../question/laid-over.ts';
import type { RuleBook } from '../rule-book/rule-book.ts';
import type { SealedRules } from '../rule-book/sealed-rules.ts';
import { backtestLog } from './backtest-log.ts';
import { performBacktest, type PerformPorts } from './perform-backtest.ts';

export type BacktestPorts = PerformPorts & Readonly<{ book: RuleBook; sealed: SealedRules }>;

type Asked = QuestionPayload<'start_backtest'>;

/** Begins a backtest under the id that its asker chose, and answers at once; what comes of it is in its stream. */
export const beginBacktest = async (ports: BacktestPorts, org: string, asked: Asked): Promise<Answer> => {
  const { backtestId, draft, isWhole, from, to, testMode, actor } = asked;
  if (Date.parse(from) >= Date.parse(to))
    return rejected('invalid', 'to', 'must be after from: the period is empty.');
  const live = { rules: ports.book.live(org) };
  const tried = draft === undefined ? live : laidOver(ports.book.rules(org), { draft, isWhole });
  if ('refused' in tried) return refused(tried.refused);
  const metadata: EventMetadata = {
    org,
    actor,
    $correlationId: backtestId,
    $causationId: backtestId,
    schema: 1,
  };
  const { hash: ruleSetHash, ruleSet } = tried.rules;
  await ports.sealed.seal(tried.rules, metadata);
  const log = backtestLog(ports, backtestId, metadata);
  const period = { from, to, testMode };
  try {
    await log.note({ type: 'BacktestStarted', data: { ruleSetHash, ...period, at: log.at() } });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    // Asked for again: it is under way, or over.
    return { answered: { id: backtestId } };
  }
  void performBacktest(ports, log, ruleSet, { org, ...period });
  return { answered: { id: backtestId } };
};
