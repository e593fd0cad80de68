import type { Json, RunEvent } from '@karrio/domain';
import { differencesOf, type Difference } from './difference.ts';
import { successOf, valueOf } from './recorded-run.ts';
import type { Rehearsal, RehearsedStep } from './rehearse.ts';

export type StepReport = Readonly<{
  slug: string;
  /**
   * `needs-response`: it would ask the outside for something that was not answered in the recorded run.
   * `not-reached`: it was performed then, and would not be.
   */
  is: 'same' | 'differs' | 'needs-response' | 'not-reached';
  differences: readonly Difference[];
}>;

export type RunReport = Readonly<{
  same: boolean;
  steps: readonly StepReport[];
  end: Readonly<{ recorded: string; now: string }>;
}>;

/** A recorded run beside what it would be by another plan, step by step. */
export const compareRuns = (events: readonly RunEvent[], { steps, end }: Rehearsal): RunReport => {
  const recorded = recordedSteps(events);
  const rehearsed = new Map(steps.map((step) => [step.slug, step]));
  const reports = [...new Set([...rehearsed.keys(), ...recorded.keys()])].map((slug) =>
    reportOf(slug, recorded.get(slug), rehearsed.get(slug)),
  );
  const last = events.at(-1)?.type ?? 'RunRequested';
  const same = last === end.as && reports.every(({ is }) => is === 'same');
  return { same, steps: reports, end: { recorded: last, now: end.as } };
};

type Shown = Readonly<{ request?: unknown; output?: Json; passed?: boolean; failure?: string }>;

const reportOf = (slug: string, recorded: Shown | undefined, now: RehearsedStep | undefined): StepReport => {
  if (!now) return { slug, is: 'not-reached', differences: [] };
  const shown = shownStep(now);
  const isMissing = now.source === 'missing';
  const wanted = isMissing ? { request: shown.request } : shown;
  const had = isMissing ? { request: recorded?.request } : (recorded ?? {});
  const differences = differencesOf(had, wanted);
  if (isMissing) return { slug, is: 'needs-response', differences };
  return { slug, is: differences.length === 0 ? 'same' : 'differs', differences };
};

const shownStep = ({ request, output, passed, failure }: RehearsedStep): Shown => ({
  ...(request && { request: { method: request.method, url: request.url, body: request.body } }),
  ...(output !== undefined && !failure && { output }),
  ...(passed !== undefined && { passed }),
  ...(failure && { failure: failure.code }),
});

/** Of each action its last request, and what became of it in the end. */
const recordedSteps = (events: readonly RunEvent[]): ReadonlyMap<string, Shown> => {
  const steps = new Map<string, Shown>();
  for (const event of events) {
    if (!('slug' in event.data) || event.type === 'ActionCompletedLate') continue;
    const { slug } = event.data;
    steps.set(slug, { ...withoutOutcome(steps.get(slug)), ...shownFact(event) });
  }
  return steps;
};

const withoutOutcome = ({ request }: Shown = {}): Shown => (request === undefined ? {} : { request });

const shownFact = (event: RunEvent): Shown => {
  if (event.type === 'ActionStarted') {
    const { method, url, body } = event.data.request;
    return { request: { method, url, body: body === null ? null : valueOf(body) } };
  }
  const success = successOf(event);
  if (success) {
    const passed = 'passed' in event.data && event.data.passed !== undefined;
    return { output: success.output, ...(passed && 'passed' in event.data ? passedOf(event.data) : {}) };
  }
  if (event.type === 'ActionDeferred') return { output: valueOf(event.data.output) };
  return 'failure' in event.data && event.data.failure ? { failure: event.data.failure.code } : {};
};

const passedOf = ({ passed }: Readonly<{ passed?: boolean }>) => (passed === undefined ? {} : { passed });
