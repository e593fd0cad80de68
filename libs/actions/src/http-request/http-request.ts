import { effectType } from '../action-type.ts';
import { maskHeaders, maskUrl } from '../recording/mask.ts';
import { redactorOf } from '../recording/redact.ts';
import type { Answer, WireRequest } from '../wire.ts';
import { composeRequest } from './compose.ts';
import { interpretAnswer } from './interpret.ts';
import { requestTemplates } from './templates.ts';
import { validateRequest } from './validate.ts';

/** Asks another system over HTTP; the parsed body of its answer is the output. */
export const httpRequest = effectType<WireRequest, Answer>({
  type: 'http_request',
  templatesOf: requestTemplates,
  validate: validateRequest,
  compose: (action, context, access) => {
    const composed = composeRequest(action, context, access);
    const redactor = redactorOf(access);
    if ('failed' in composed) return { failed: redactor.failure(composed.failed) };
    const { request, recordedBody } = composed;
    const recorded = {
      method: request.method,
      url: redactor.text(maskUrl(request.url)),
      headers: redactor.headers(maskHeaders(request.headers)),
      body: recordedBody === null ? null : redactor.json(recordedBody),
    };
    const confidential = access && {
      headers: Object.entries(request.headers).flatMap(([name, value]) =>
        name in access.headers || redactor.text(value) !== value ? [name] : [],
      ),
      body: request.body !== null && redactor.text(request.body) !== request.body,
    };
    return { request: { ...request, ...(confidential && { confidential }) }, recorded };
  },
  perform: (request, outside, sender, idempotencyKey) =>
    // An action's own key wins.
    outside.send({ ...request, headers: { 'idempotency-key': idempotencyKey, ...request.headers } }, sender),
  interpret: (action, request, answer, access) =>
    interpretAnswer(action, request, answer, redactorOf(access)),
});
