import { streams, type Answer, type EventMetadata, type QuestionPayload } from '@karrio/contracts';
import type { BacktestEvent, Json } from '@karrio/domain';
import { RevisionConflict, storeValue, type EventStore } from '@karrio/event-store-client';
import type { Logger } from '@karrio/telemetry';
import { randomUUID } from 'node:crypto';
import { asJson } from '../decision/json.ts';
import { refused, rejected } from '../decision/reply.ts';
import { laidOver } from '../question/laid-over.ts';
import type { LiveRules, RuleBook } from '../rule-book/rule-book.ts';
import type { SealedRules } from '../rule-book/sealed-rules.ts';
import type { Progress } from '../thread/task.ts';
import type { Threads } from '../thread/run-in-thread.ts';

export type BacktestPorts = Readonly<{
  store: EventStore;
  book: RuleBook;
  sealed: SealedRules;
  threads: Threads;
  databaseUrl: string;
  now: () => number;
  log: Logger;
}>;

type Asked = QuestionPayload<'start_backtest'>;

const progressEveryMs = 1_000;

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
  const note = noteIn(ports, backtestId, metadata);
  const { hash: ruleSetHash } = tried.rules;
  await ports.sealed.seal(tried.rules, metadata);
  try {
    await note({ type: 'BacktestStarted', data: { ruleSetHash, from, to, testMode, at: isoNow(ports) } });
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    // Asked for again: it is under way, or over.
    return { answered: { id: backtestId } };
  }
  void test(ports, tried.rules, { org, testMode, from, to }, metadata, note);
  return { answered: { id: backtestId } };
};

type Note = (event: BacktestEvent) => Promise<void>;

/** Writes to the backtest's stream, one event after the other. */
const noteIn = ({ store }: BacktestPorts, id: string, metadata: EventMetadata): Note => {
  const stream = streams.backtest(id);
  let revision = -1;
  return async (event) => {
    const expected = revision < 0 ? 'no-stream' : revision;
    ({ revision } = await store.append(stream, [{ ...event, id: randomUUID(), metadata }], expected));
  };
};

const isoNow = ({ now }: Pick<BacktestPorts, 'now'>) => new Date(now()).toISOString();

type Period = Readonly<{ org: string; testMode: boolean; from: string; to: string }>;

const test = async (
  ports: BacktestPorts,
  { ruleSet }: LiveRules,
  period: Period,
  metadata: EventMetadata,
  note: Note,
): Promise<void> => {
  const { threads, databaseUrl, store, now, log } = ports;
  let noted: Promise<void> = Promise.resolve();
  let notedAt = 0;
  const onProgress = (progress: Progress) => {
    if (now() - notedAt < progressEveryMs) return;
    notedAt = now();
    noted = noted.then(() => note({ type: 'BacktestProgressed', data: { ...progress, at: isoNow(ports) } }));
    noted.catch((err: unknown) => log.warn({ err }, 'progress of a backtest not recorded'));
  };
  try {
    const outcome = await threads.run({ kind: 'backtest', ruleSet, databaseUrl, period }, onProgress);
    if (!('tested' in outcome)) throw new Error('a backtest that tested nothing');
    await noted;
    const result: Json = asJson(outcome.tested);
    const data = { result: await storeValue(store, result, metadata), at: isoNow(ports) };
    await note({ type: 'BacktestFinished', data });
  } catch (err) {
    log.error({ err, backtest: metadata.$correlationId }, 'backtest failed');
    const message = 'The backtest failed; the log of the rules service says why. Start it again.';
    await noted.catch(() => {});
    await note({ type: 'BacktestFailed', data: { message, at: isoNow(ports) } }).catch((failure: unknown) =>
      log.error({ err: failure }, 'end of a backtest not recorded'),
    );
  }
};
