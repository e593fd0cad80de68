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
import type { Period, Progress } from '../thread/task.ts';

const pageSize = 1_000;

type From = Readonly<{ databaseUrl: string; period: Period }>;

/** Decides everything of a period anew, page by page: the next page is read while one is decided. */
export const testPeriod = async (
  rules: CompiledRules,
  { databaseUrl: url, period }: From,
  onProgress: (progress: Progress) => void,
): Promise<BacktestResult> => {
  await using reads = openReadModel({ url, poolMax: 2, applicationName: 'rules-backtest' });
  // Behind the second wall between organisations, as every reader for a tenant.
  const db = reads.of(period.org);
  const total = await countRateDecisions(db, period);
  onProgress({ done: 0, total });
  const backtest = startBacktest(rules);
  const read = (after: RecordedPage['next']) => pageOfRecordedDecisions(db, period, after, pageSize);
  let done = 0;
  let page: RecordedPage | undefined = await read(undefined);
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
    onProgress({ done, total });
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
