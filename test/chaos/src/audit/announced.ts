import { subjects } from '@karrio/contracts';
import { violationsOf, type Check, type Disturbance, type Evidence, type Fact } from './evidence.ts';

const violation = violationsOf('the end of each run is announced, under its id');

const names: Readonly<Partial<Record<Fact['type'], string>>> = {
  RunSucceeded: 'succeeded',
  RunFailed: 'failed',
  RunAborted: 'aborted',
  RunCancelled: 'cancelled',
};

/** What EVENTS had before is lost with its stream, and is not announced again. */
export const checkAnnounced: Check = (evidence) => {
  const ends = endsIn(evidence);
  const ids = new Set(ends.map(({ id }) => id));
  return [
    ...unannounced(evidence).map(({ runId, type }) => violation(runId, `its ${type} is not announced`)),
    ...ends.flatMap(({ id, runId, subject }) => {
      const heard = evidence.announced.get(id);
      return heard === undefined || heard === subject
        ? []
        : [violation(runId, `its end is announced as ${heard}, and is ${subject}`)];
    }),
    ...[...evidence.announced]
      .filter(([id, subject]) => isOfRun(subject) && !ids.has(id))
      .map(([id, subject]) => violation(id, `is announced as ${subject}, and is no end in the log`)),
  ];
};

/** The ends that EVENTS has to have and has not. */
export const unannounced = (evidence: Pick<Evidence, 'runs' | 'orgs' | 'announced' | 'disturbances'>) => {
  const lostMs = Math.max(0, ...evidence.disturbances.filter(losesStreams).map(({ untilMs }) => untilMs));
  return endsIn(evidence).filter(({ id, atMs }) => atMs > lostMs && !evidence.announced.has(id));
};

/** The disk of NATS goes with its process. */
const losesStreams = ({ part }: Disturbance): boolean => part === 'nats' || part === 'all';

const endsIn = ({ runs, orgs }: Pick<Evidence, 'runs' | 'orgs'>) =>
  [...runs].flatMap(([runId, facts]) =>
    facts.flatMap(({ id, type, recordedAt }) => {
      const event = names[type];
      if (event === undefined) return [];
      const subject = subjects.event.of({
        org: orgs.get(runId) ?? 'nobody',
        entity: 'workflow_event',
        event,
      });
      return [{ id, runId, type, subject, atMs: Date.parse(recordedAt) }];
    }),
  );

const isOfRun = (subject: string): boolean => subject.split('.')[2] === 'workflow_event';
