import type { ResponseInput, WebhookPolicyInput } from '@karrio/contracts';
import {
  defaultWebhookPolicy,
  refusal,
  valuePathProblem,
  type ContentType,
  type DeliveryKey,
  type Refusal,
  type ResponsePolicy,
  type SignaturePolicy,
  type TriggerDefinition,
  type WebhookPolicy,
} from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';
import { pick } from '../definition/pick.ts';

/** As Stripe and Standard Webhooks propose. */
const toleranceMs = 300_000;
const responseWaitMs = 10_000;

/** Absent keeps what is, null takes the default; a part that is given is taken as a whole. */
export const webhookPolicyOf = (
  given: WebhookPolicyInput | null | undefined,
  before: WebhookPolicy | null,
): WebhookPolicy | null => {
  if (!given) return given === null ? null : before;
  const known = before ?? defaultWebhookPolicy;
  return {
    signature: given.signature ? signatureOf(given.signature) : pick(given.signature, known.signature),
    deliveryKey: given.deliveryKey
      ? deliveryKeyOf(given.deliveryKey)
      : pick(given.deliveryKey, known.deliveryKey),
    rateLimit: pick(given.rateLimit, known.rateLimit),
    response: given.response ? responseOf(given.response) : pick(given.response, known.response),
    parametersFrom: given.parametersFrom === null ? 'body' : (given.parametersFrom ?? known.parametersFrom),
  };
};

const signatureOf = ({
  scheme,
  header,
  timestampHeader,
  toleranceMs: given,
}: NonNullable<WebhookPolicyInput['signature']>): SignaturePolicy => ({
  scheme,
  header: header ?? null,
  timestampHeader: timestampHeader ?? null,
  toleranceMs: given ?? toleranceMs,
});

/** What has several of them, or none, is refused by its empty path. */
const deliveryKeyOf = ({
  header,
  path,
  body,
}: NonNullable<WebhookPolicyInput['deliveryKey']>): DeliveryKey => {
  if (body && !header && !path) return { body };
  if (header && !path && !body) return { header };
  return { path: header || body ? '' : (path ?? '') };
};

const responseOf = (given: ResponseInput): ResponsePolicy => ({
  statusTemplate: given.statusTemplate ?? '200',
  headerTemplate: given.headerTemplate ?? null,
  bodyTemplate: given.bodyTemplate ?? null,
  contentType: given.contentType ?? 'json',
  templateEngine: given.templateEngine ?? 'handlebars',
  waitMs: given.waitMs ?? responseWaitMs,
});

/** A token of RFC 9110 §5.6.2: what a header may be called. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const notAHeader = (example: string) => `This is the name of an HTTP header, such as ${example}.`;

/** What is wrong with how a webhook's deliveries are checked and answered. */
export const webhookProblems = ({
  triggerType,
  secretKey,
  sealedSecret,
  webhook,
}: TriggerDefinition): readonly Refusal[] => {
  // What became another type keeps its secret, for when it is a webhook again.
  if (triggerType !== 'webhook') return [];
  const { signature, deliveryKey, response } = webhook ?? defaultWebhookPolicy;
  return [
    ...secretProblems(secretKey, sealedSecret !== null, signature),
    ...(signature ? signatureProblems(signature) : []),
    ...(deliveryKey ? deliveryKeyProblems(deliveryKey) : []),
    ...(response ? responseProblems(response) : []),
  ];
};

const secretProblems = (
  secretKey: string | null,
  hasSecret: boolean,
  signature: SignaturePolicy | null,
): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) => problems.push(refusal('invalid', field, message));
  if (secretKey !== null && !headerName.test(secretKey)) {
    invalid(
      'secret_key',
      'This is the name of the HTTP header that carries the secret, such as X-Webhook-Secret.',
    );
  }
  if (signature) {
    if (!hasSecret) invalid('secret', 'A signature is checked with the secret: say what it is.');
    if (secretKey !== null) {
      invalid(
        'secret_key',
        'A sender that signs does not send the secret: leave its header out, or the signature.',
      );
    }
  } else if ((secretKey === null) === hasSecret) {
    const missing = secretKey === null ? 'secret_key' : 'secret';
    invalid(missing, 'A webhook is protected by both: secret_key names the header, secret is its value.');
  }
  return problems;
};

const signatureProblems = ({ scheme, header, timestampHeader }: SignaturePolicy): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    problems.push(refusal('invalid', `webhook.signature.${field}`, message));
  if (header !== null && !headerName.test(header)) invalid('header', notAHeader('X-Signature'));
  if (timestampHeader !== null && scheme !== 'hmac') {
    invalid('timestamp_header', `The scheme ${scheme} says where its time is; only hmac leaves that open.`);
  } else if (timestampHeader !== null && !headerName.test(timestampHeader)) {
    invalid('timestamp_header', notAHeader('X-Timestamp'));
  }
  return problems;
};

const deliveryKeyProblems = (key: DeliveryKey): readonly Refusal[] => {
  const invalid = (field: string, message: string) => [
    refusal('invalid', `webhook.delivery_key${field}`, message),
  ];
  if ('header' in key)
    return headerName.test(key.header) ? [] : invalid('.header', notAHeader('X-Delivery-Id'));
  if ('body' in key) return [];
  if (key.path === '')
    return invalid('', 'Give one of header, path and body: where a delivery says which it is.');
  const problem = valuePathProblem(key.path);
  return problem === undefined ? [] : invalid('.path', problem);
};

const responseProblems = (response: ResponsePolicy): readonly Refusal[] => {
  const { statusTemplate, headerTemplate, bodyTemplate, contentType, templateEngine: engine } = response;
  const templates: readonly (readonly [string, string | null, ContentType])[] = [
    ['status_template', statusTemplate, 'text'],
    ['header_template', headerTemplate, 'json'],
    ['body_template', bodyTemplate, contentType],
  ];
  return templates.flatMap(([field, source, type]) => {
    const problem =
      source === null
        ? undefined
        : checkTemplate(source, { engine, contentType: type, roots: ['parameters', 'steps', 'now'] });
    if (!problem) return [];
    const message = `line ${problem.line}, column ${problem.column}: ${problem.message} Near: ${problem.excerpt}`;
    return [refusal('invalid', `webhook.response.${field}`, message)];
  });
};
