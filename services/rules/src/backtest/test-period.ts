import {
  type RateFacts,
  startBacktest,
  type BacktestResult,
  type CompiledRules,
  type RecordedDecision,
} from '@karrio/domain';
import {
  countRateDecisions,
  openReadModel,
  pageOfRecordedDecisions,
  type RecordedPage,
} from '@karrio/read-model';
import type { Period, Progress, SoFar } from '../thread/task.ts';

const pageSize = 1_000;

type From = Readonly<{ databaseUrl: string; period: Period; soFar: SoFar | null }>;

/**
 * Decides everything of a period anew, page by page: the next page is read while one is decided. With each page it
 * tells what has been tested, from which it can go on.
 */
export const testPeriod = async (
  rules: CompiledRules,
  { databaseUrl: url, period, soFar }: From,
  onProgress: (progress: Progress, soFar?: SoFar) => void,
): Promise<BacktestResult> => {
  await using reads = openReadModel({ url, poolMax: 2, applicationName: 'rules-backtest' });
  // Behind the second wall between organisations, as every reader for a tenant.
  const db = reads.of(period.org);
  const total = await countRateDecisions(db, period);
  let done = soFar?.done ?? 0;
  onProgress({ done, total });
  const backtest = startBacktest(rules, soFar?.result);
  const read = (after: RecordedPage['next']) => pageOfRecordedDecisions(db, period, after, pageSize);
  let page: RecordedPage | undefined = await read(soFar?.next);
  while (page) {
    const { next, decisions }: RecordedPage = page;
    const reading: Promise<RecordedPage | undefined> = next ? read(next) : Promise.resolve(undefined);
    // A failed read is met below, after this page.
    reading.catch(() => {});
    // The request for the next page leaves before this one is decided.
    await new Promise((resolve) => setImmediate(resolve));
    for (const decision of decisions) {
      const recorded = recordedOf(decision);
      if (recorded) backtest.add(recorded);
    }
    done += decisions.length;
    onProgress({ done, total }, next && { result: backtest.result(), done, next });
    page = await reading;
  }
  return backtest.result();
};

/** Undefined for facts that are too large to stand in the read models. */
const recordedOf = ({
  id,
  facts,
  decision,
}: RecordedPage['decisions'][number]): RecordedDecision | undefined =>
  // oxlint-disable-next-line typescript/consistent-type-assertions -- they were read as facts before they were recorded
  'json' in facts ? { id, facts: facts.json as unknown as RateFacts, decision } : undefined;
