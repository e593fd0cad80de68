import { streams, type Answer, type EventMetadata, type QuestionPayload } from '@karrio/contracts';
import { RevisionConflict } from '@karrio/event-store-client';
import { refused, rejected } from '../decision/reply.ts';
import { laidOver } from '../question/laid-over.ts';
import type { RuleBook } from '../rule-book/rule-book.ts';
import type { SealedRules } from '../rule-book/sealed-rules.ts';
import { backtestLog } from './backtest-log.ts';
import { performBacktest, type PerformPorts } from './perform-backtest.ts';
import type { UnderWay } from './under-way.ts';

export type BacktestPorts = PerformPorts &
  Readonly<{ book: RuleBook; sealed: SealedRules; underWay: UnderWay }>;

type Asked = QuestionPayload<'start_backtest'>;

/** Each waits for a thread, and says that it does. */
const underWayMax = 5;

/** Begins a backtest under the id that its asker chose, and answers at once; what comes of it is in its stream. */
export const beginBacktest = async (ports: BacktestPorts, org: string, asked: Asked): Promise<Answer> => {
  const { backtestId, draft, isWhole, from, to, testMode, actor } = asked;
  if (Date.parse(from) >= Date.parse(to))
    return rejected('invalid', 'to', 'must be after from: the period is empty.');
  using turn = new DisposableStack();
  if (ports.underWay.count(org) < underWayMax) turn.use(ports.underWay.begin(org));
  else {
    const isKnown = (await ports.store.read(streams.backtest(backtestId))).length > 0;
    return isKnown ? { answered: { id: backtestId } } : tooMany;
  }
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
  const taken = turn.move();
  const task = { ruleSet, period: { org, ...period }, soFar: null };
  void performBacktest(ports, log, task).finally(() => taken.dispose());
  return { answered: { id: backtestId } };
};

const tooMany = rejected(
  'backlog-full',
  'id',
  `${underWayMax} backtests of the organisation are under way: ask again when one is over, as shipping_rule_backtest says.`,
);
