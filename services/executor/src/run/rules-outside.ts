import type { Answer, Outside, Sender, WireRequest } from '@karrio/actions';
import { derivedId, type Command, type CommandReply, type FieldErrors } from '@karrio/contracts';
import type { Failure } from '@karrio/domain';
import { BusUnavailable, CommandTimeout, MessageTooLarge, type Bus } from '@karrio/messaging';

/** Deciding takes milliseconds; a rules service that was killed is another one after its lease. */
const patienceMs = 15_000;

/** Takes what select_rate actions ask to the rules service, everything else to the outside. */
export const withRules = (outside: Outside, bus: Pick<Bus, 'command'>, now: () => number): Outside => ({
  send: (request, sender) =>
    request.url.protocol === 'rules:' ? select(bus, request, sender, now()) : outside.send(request, sender),
});

/** The decision of an action is recorded under the action's own key. */
export const decisionIdOf = (org: string, idempotencyKey: string): string =>
  derivedId('decision', org, idempotencyKey);

const select = async (
  bus: Pick<Bus, 'command'>,
  { body, headers }: WireRequest,
  { org, depth, run }: Sender,
  nowMs: number,
): Promise<Answer> => {
  const key = headers['idempotency-key'] ?? '';
  const decisionId = decisionIdOf(org, key);
  const command: Command = {
    id: derivedId('command', decisionId),
    name: 'select_rate',
    org,
    actor: 'executor',
    issuedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + patienceMs).toISOString(),
    payload: {
      decisionId,
      testMode: run?.testMode ?? false,
      // oxlint-disable-next-line typescript/consistent-type-assertions -- the action wrote it as JSON
      facts: JSON.parse(body ?? 'null') as Command['payload'],
      depth,
      ...(run === undefined ? {} : { runId: run.id }),
    },
  };
  try {
    return answerOf(await bus.command(command, patienceMs), nowMs);
  } catch (error) {
    return troubleOf(error);
  }
};

const answerOf = (reply: CommandReply, receivedAtMs: number): Answer => {
  if ('accepted' in reply) {
    const body = Buffer.from(JSON.stringify(reply.accepted.result ?? null));
    return { response: { status: 200, headers: {}, body, receivedAtMs } };
  }
  const { code, errors } = reply.rejected;
  const failure = refusedRates(errors);
  return { trouble: { failure, ...(code === 'expired' ? { recovery: { again: 'safe' } } : {}) } };
};

export const refusedRates = (errors: FieldErrors): Failure => {
  const message = errors.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
  return { code: 'rates-refused', message: `The rules service refused the rates: ${message}` };
};

/** The same decision may be asked for again: it is made once. */
const troubleOf = (error: unknown): Answer => {
  if (error instanceof MessageTooLarge) {
    const message = 'Shipment and rates together are larger than a message may be; give fewer of them.';
    return { trouble: { failure: { code: 'rates-refused', message } } };
  }
  if (error instanceof CommandTimeout || error instanceof BusUnavailable) {
    const message =
      'The rules service did not answer in time. Is it up? It is asked again by the retry policy.';
    return { trouble: { failure: { code: 'rules-unavailable', message }, recovery: { again: 'safe' } } };
  }
  throw error;
};
