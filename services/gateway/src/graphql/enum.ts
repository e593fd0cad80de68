import type { RunStatus } from '@karrio/contracts';
import type {
  ActionType,
  AuthType,
  CatchUpPolicy,
  ContentType,
  FailurePolicy,
  GapPolicy,
  HttpMethod,
  MetafieldType,
  OverlapPolicy,
  ParametersType,
  RepeatPolicy,
  RunEventType,
  TemplateEngine,
  TriggerType,
  UnknownResolution,
} from '@karrio/domain';
import type { DefinitionOrder, RunOrder, RunState } from '@karrio/read-model';
import { builder } from './builder.ts';

/** A value that the domain has and no description here has does not compile. */
type Described<Value extends string> = Readonly<Record<Value, Readonly<{ description: string }>>>;

export const AutomationActionType = builder.enumType('AutomationActionType', {
  description: 'What an action does.',
  values: {
    http_request: { description: 'Sends an HTTP request; the parsed body of the answer is its response.' },
    data_mapping: { description: 'Renders a template into data for the actions after it.' },
    conditional: { description: 'Ends the run as aborted unless its template renders true.' },
    wait: { description: 'Lets time pass: so many seconds, or until an instant.' },
    select_rate: { description: 'Has the shipping rules choose a rate; the decision is its response.' },
    function_call: {
      description:
        'Runs code of yours. Refused: code runs outside of the engine; call it by http_request, or compute by data_mapping.',
    },
  } satisfies Described<ActionType | 'function_call'>,
});

export const AutomationHTTPMethod = builder.enumType('AutomationHTTPMethod', {
  description: 'The method of an HTTP request.',
  values: {
    get: { description: 'GET' },
    post: { description: 'POST' },
    put: { description: 'PUT' },
    patch: { description: 'PATCH' },
    delete: { description: 'DELETE' },
  } satisfies Described<HttpMethod>,
});

export const AutomationHTTPContentType = builder.enumType('AutomationHTTPContentType', {
  description: 'How data is written.',
  values: {
    json: { description: 'JSON' },
    form: { description: 'URL-encoded form fields.' },
    text: { description: 'Plain text.' },
    xml: { description: 'XML' },
  } satisfies Described<ContentType>,
});

export const AutomationParametersType = builder.enumType('AutomationParametersType', {
  description: 'Where an HTTP request carries its rendered parameters.',
  values: {
    data: { description: 'In the body.' },
    querystring: { description: 'In the URL’s query.' },
  } satisfies Described<ParametersType>,
});

export const AutomationTriggerType = builder.enumType('AutomationTriggerType', {
  description: 'What starts a workflow.',
  values: {
    manual: { description: 'A person or a program, with create_workflow_event.' },
    scheduled: { description: 'The times of a cron expression.' },
    webhook: { description: 'An HTTP request to POST /v1/workflows/{id}/trigger.' },
    event: { description: 'An event, of this system or of another one.' },
  } satisfies Described<TriggerType>,
});

export const OverlapPolicyEnum = builder.enumType('OverlapPolicyEnum', {
  description: 'What becomes of a slot that is due while a run of the same trigger is open.',
  values: {
    allow: { description: 'Both run.' },
    skip: { description: 'It is skipped.' },
    queue_one: { description: 'It waits until the run has ended; of several that wait, only the last does.' },
    cancel_running: { description: 'The open runs are cancelled, and it runs.' },
  } satisfies Described<OverlapPolicy>,
});

export const CatchUpPolicyEnum = builder.enumType('CatchUpPolicyEnum', {
  description: 'What becomes of slots that passed while the engine was down.',
  values: {
    none: { description: 'They are skipped.' },
    last: { description: 'The last of them runs.' },
    all: { description: 'All of them run, the oldest first.' },
  } satisfies Described<CatchUpPolicy>,
});

export const DstGapEnum = builder.enumType('DstGapEnum', {
  description: 'What becomes of a time that the clocks skip.',
  values: {
    skip: { description: 'Nothing runs.' },
    run_once: { description: 'It runs when the clocks have moved on.' },
  } satisfies Described<GapPolicy>,
});

export const DstRepeatEnum = builder.enumType('DstRepeatEnum', {
  description: 'What becomes of a time that the clocks show twice.',
  values: {
    once: { description: 'It runs the first time.' },
    twice: { description: 'It runs each time.' },
  } satisfies Described<RepeatPolicy>,
});

export const AutomationEventType = builder.enumType('AutomationEventType', {
  description: 'What asked for a run.',
  values: {
    manual: { description: 'A person or a program.' },
    scheduled: { description: 'A schedule.' },
    webhook: { description: 'An HTTP request to the trigger’s URL.' },
    auto: { description: 'Something that happened in the system.' },
  } satisfies Described<RunEventType>,
});

export const AutomationEventStatus = builder.enumType('AutomationEventStatus', {
  description: 'How far a run is.',
  values: {
    pending: { description: 'Recorded, not begun.' },
    running: { description: 'Under way.' },
    success: { description: 'Every action succeeded.' },
    aborted: { description: 'A condition was false.' },
    failed: { description: 'An action failed; failure says why.' },
    cancelled: { description: 'Stopped on request.' },
  } satisfies Described<RunStatus>,
});

export const AutomationEventState = builder.enumType('AutomationEventState', {
  description: 'What the status of a run is too coarse to say.',
  values: {
    waiting: { description: 'For a time that is recorded: of its next attempt, or of the end of a wait.' },
    held: { description: 'Until its workflow, or its organisation, is resumed.' },
    paused: { description: 'Until somebody resumes it.' },
    parked: { description: 'For a person, who settles what nobody knows.' },
    cancelling: { description: 'Its cancellation was asked for, and what is under way is being given up.' },
    outcome_unknown: { description: 'Nobody knows whether a request of it took effect.' },
  } satisfies Described<RunState>,
});

export const FailurePolicyEnum = builder.enumType('FailurePolicyEnum', {
  description: 'What a failed action means for those that run together with it.',
  values: {
    finish: { description: 'They run to their end; then the run fails.' },
    cancel: { description: 'They are given up at once, and the run fails.' },
  } satisfies Described<FailurePolicy>,
});

export const UnknownResolutionEnum = builder.enumType('UnknownResolutionEnum', {
  description: 'What to do about a request that nobody has an answer to.',
  values: {
    retry: { description: 'Send it again, under the same Idempotency-Key.' },
    probe: { description: 'Ask the receiver with a GET request whether it took effect.' },
    park: { description: 'Ask a person.' },
    fail: { description: 'Fail the run.' },
  } satisfies Described<UnknownResolution>,
});

export const AutomationAuthType = builder.enumType('AutomationAuthType', {
  description: 'How a connection authenticates.',
  values: {
    basic: { description: 'A user name and a password.' },
    oauth2: {
      description: 'A token that an authorization server gives, by client credentials or a refresh token.',
    },
    api_key: { description: 'A fixed key.' },
    jwt: { description: 'A token that the engine signs.' },
  } satisfies Described<AuthType>,
});

export const AutomationTemplateEngine = builder.enumType('AutomationTemplateEngine', {
  description: 'Which language templates are written in.',
  values: {
    handlebars: { description: 'Handlebars, as {{parameters.id}} and {{#each}}.' },
    jinja: { description: 'Jinja, as {{ parameters.id }} and {% for %}.' },
  } satisfies Described<TemplateEngine>,
});

export const MetafieldTypeEnum = builder.enumType('MetafieldTypeEnum', {
  description: 'What a metafield’s value is.',
  values: {
    text: { description: 'Text.' },
    number: { description: 'A number.' },
    boolean: { description: 'True or false.' },
    json: { description: 'Any JSON value.' },
    date: { description: 'A day, as YYYY-MM-DD.' },
    date_time: { description: 'An instant, as ISO 8601 text.' },
    password: { description: 'A secret text: written, never read.' },
    string: { description: 'The older name of text: taken, never answered.' },
  } satisfies Described<MetafieldType | 'string'>,
});

export const DefinitionOrderEnum = builder.enumType('DefinitionOrder', {
  description: 'The order of a list of definitions.',
  values: {
    newest: { description: 'The newest first.' },
    oldest: { description: 'The oldest first.' },
    changed: { description: 'What was changed last first.' },
    name: { description: 'By name.' },
  } satisfies Described<DefinitionOrder>,
});

export const WorkflowEventOrderEnum = builder.enumType('WorkflowEventOrder', {
  description: 'The order of a list of runs.',
  values: {
    newest: { description: 'The newest first.' },
    oldest: { description: 'The oldest first.' },
  } satisfies Described<RunOrder>,
});
