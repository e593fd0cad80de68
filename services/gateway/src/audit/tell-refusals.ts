import { newId } from '@karrio/contracts';
import type { ReadModel } from '@karrio/read-model';
import { counter, type Logger } from '@karrio/telemetry';
import type { Submission, Submit } from '../command/submit.ts';
import { createRefusalTally, type Refused, type Told } from './refusal-tally.ts';
import { resolveSuspects, type Concerned } from './resolve-suspects.ts';

export type NoteRefusal = (refused: Refused) => void;

export type Refusals = AsyncDisposable & Readonly<{ note: NoteRefusal }>;

export type RefusalPorts = Readonly<{
  /** Sees all keys, sessions and members. */
  people: ReadModel['db'];
  submit: Submit;
  now: () => number;
  log: Logger;
}>;

const everyMs = 1_000;
/** How long a gateway that stops waits for the last of it. */
const lastMs = 5_000;
/** Commands that nobody worked, kept to be sent again. */
const unsentMax = 1_000;

/** Puts what this gateway refuses in the audit logs of those whom it concerns, counted. What a kill leaves untold is lost. */
export const tellRefusals = ({ people, submit, now, log }: RefusalPorts): Refusals => {
  const refusedTotal = counter('karrio_requests_refused_total', 'Requests that were refused, by code.');
  const tally = createRefusalTally(now);
  const unsent: Submission[] = [];

  const sendAll = async (): Promise<void> => {
    for (let next = unsent[0]; next; next = unsent[0]) {
      await submit(next);
      unsent.shift();
    }
  };
  const tell = async (told: readonly Told[]): Promise<void> => {
    const { concerned, strangers } = await resolveSuspects(people, told).catch((error: unknown) => {
      // A minute later, then.
      told.forEach(tally.addAll);
      throw error;
    });
    strangers.forEach(tally.addAll);
    for (const [org, own] of Map.groupBy(concerned, (each) => each.org)) {
      if (unsent.length < unsentMax) unsent.push(submissionOf(org, own, now()));
      else log.warn({ org, kinds: own.length }, 'refusals not kept');
    }
    await sendAll();
  };

  let telling: Promise<void> | undefined;
  const begin = async (take: () => readonly Told[]): Promise<void> => {
    await telling;
    telling = tell(take()).catch((err: unknown) => log.warn({ err }, 'refusals not told yet'));
    await telling;
    telling = undefined;
  };
  const timer = setInterval(() => {
    if (!telling) void begin(tally.take);
  }, everyMs).unref();

  return {
    note: (refused) => {
      refusedTotal.add(1, { code: refused.code });
      tally.add(refused);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      // Twice: who turns out to be a stranger is told of with the next ones.
      const last = begin(tally.takeAll).then(() => begin(tally.takeAll));
      await Promise.race([last, new Promise((resolve) => setTimeout(resolve, lastMs).unref())]);
    },
  };
};

const submissionOf = (org: string, concerned: readonly Concerned[], at: number): Submission => {
  const refusals = concerned.map(({ told, actor, subject }) => {
    const { action, code, origin, times, since, until, addresses } = told;
    const repeated = { times, since: isoTime(since), addresses };
    return { actor, origin, action, subject, code, repeated, at: isoTime(until) };
  });
  return {
    id: newId('command'),
    name: 'note_refusals',
    org,
    actor: 'gateway',
    issuedAt: new Date(at),
    payload: { refusals },
  };
};

const isoTime = (ms: number): string => new Date(ms).toISOString();
