import type { StepView, TemplateContext } from '@karrio/actions';
import type { Json, Plan, RecordedResponse, RunEvent, RunRequest, Stored } from '@karrio/domain';

/** Of a run's facts what was rendered or answered; large values are brought into the events before. */
export const valueOf = (stored: Stored | undefined): Json =>
  stored !== undefined && 'json' in stored ? stored.json : null;

type Success = Readonly<{ slug: string; output: Json; response?: RecordedResponse }>;

export const successOf = (event: RunEvent): Success | undefined => {
  const isSuccess =
    event.type === 'ActionSucceeded' ||
    event.type === 'ActionReused' ||
    (event.type === 'ActionProbed' && event.data.verdict === 'happened') ||
    (event.type === 'ActionSettled' && event.data.as === 'succeeded');
  if (!isSuccess) return undefined;
  const { slug, output } = event.data;
  const response = 'response' in event.data ? event.data.response : undefined;
  return { slug, output: valueOf(output), ...(response && { response }) };
};

export const stepViewOf = ({ output, response }: Omit<Success, 'slug'>): StepView => ({
  response: output,
  ...(response && { status: response.status, headers: response.headers }),
});

export const requestOf = (events: readonly RunEvent[]): RunRequest | undefined =>
  events.flatMap((event) => (event.type === 'RunRequested' ? [event.data] : []))[0];

export const contextOf = (
  plan: Plan,
  { parameters }: RunRequest,
  steps: TemplateContext['steps'],
  now: string,
): TemplateContext => ({ parameters, steps, metadata: plan.metadata, now });
