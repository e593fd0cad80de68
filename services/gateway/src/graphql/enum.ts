import { runStatuses } from '@karrio/contracts';
import {
  actionTypes,
  contentTypes,
  httpMethods,
  parametersTypes,
  runEventTypes,
  triggerTypes,
} from '@karrio/domain';
import { builder } from './builder.ts';

/** Every value of the domain's list needs its description, or this does not compile. */
const enumOf = <V extends string>(
  name: string,
  description: string,
  values: readonly V[],
  said: Readonly<Record<V, string>>,
) =>
  builder.enumType(name, {
    description,
    values: Object.fromEntries(
      values.map((value) => [value, { value, description: said[value] }] as const),
    ) as {
      // Object.fromEntries forgets which keys it was given.
      readonly [K in V]: { readonly value: K; readonly description: string };
    },
  });

export const AutomationActionType = enumOf('AutomationActionType', 'What an action does.', actionTypes, {
  http_request: 'Sends an HTTP request; the parsed body of the answer is its response.',
  data_mapping: 'Renders a template into data for the actions after it.',
  conditional: 'Ends the run as aborted unless its template renders true.',
});

export const AutomationHTTPMethod = enumOf(
  'AutomationHTTPMethod',
  'The method of an HTTP request.',
  httpMethods,
  {
    get: 'GET',
    post: 'POST',
    put: 'PUT',
    patch: 'PATCH',
    delete: 'DELETE',
  },
);

export const AutomationHTTPContentType = enumOf(
  'AutomationHTTPContentType',
  'How data is written.',
  contentTypes,
  {
    json: 'JSON',
    form: 'URL-encoded form fields.',
    text: 'Plain text.',
    xml: 'XML',
  },
);

export const AutomationParametersType = enumOf(
  'AutomationParametersType',
  'Where an HTTP request carries its rendered parameters.',
  parametersTypes,
  { data: 'In the body.', querystring: 'In the URL’s query.' },
);

export const AutomationTriggerType = enumOf(
  'AutomationTriggerType',
  'What starts a workflow.',
  triggerTypes,
  {
    manual: 'A person or a program, with create_workflow_event.',
    scheduled: 'A time, by a cron expression.',
    webhook: 'An HTTP request to POST /v1/workflows/{id}/trigger.',
  },
);

export const AutomationEventType = enumOf('AutomationEventType', 'What asked for a run.', runEventTypes, {
  manual: 'A person or a program.',
  scheduled: 'A schedule.',
  webhook: 'An HTTP request to the trigger’s URL.',
  auto: 'Something that happened in the system.',
});

export const AutomationEventStatus = enumOf('AutomationEventStatus', 'How far a run is.', runStatuses, {
  pending: 'Recorded, not begun.',
  running: 'Under way.',
  success: 'Every action succeeded.',
  aborted: 'A condition was false.',
  failed: 'An action failed; failure says why.',
  cancelled: 'Stopped on request.',
});
