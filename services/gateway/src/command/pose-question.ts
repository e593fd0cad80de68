import type { Answer, Question } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import type { SeenChanges } from './seen.ts';

/** A service that cannot answer in this time is overloaded, or too far behind to know what was asked about. */
const answerMsMax = 30_000;

/**
 * Asks a service something that changes nothing, and has it answer on nothing older than what the organisation has
 * seen of its own changes. @throws BusUnavailable where nobody answers
 */
export type PoseQuestion = (
  service: 'command' | 'executor' | 'rules',
  question: Omit<Question, 'seen'>,
) => Promise<Answer>;

export const createPoseQuestion =
  (bus: Pick<Bus, 'question'>, seenChanges: Pick<SeenChanges, 'of'>): PoseQuestion =>
  (service, question) => {
    const seen = seenChanges.of(question.org);
    return bus.question(service, seen === undefined ? question : { ...question, seen }, answerMsMax);
  };
