import {
  planAction,
  type Access,
  type Effect,
  type Outcome,
  type Sender,
  type TemplateContext,
} from '@karrio/actions';
import type { Performance } from '@karrio/domain';
import { accessOf } from './access.ts';
import type { RunPorts } from './run-ports.ts';

/** An effect whose beginning is noted. */
export type Departure = Readonly<{
  performance: Performance;
  context: TemplateContext;
  access: (Access & Readonly<{ renewable?: string }>) | undefined;
  effect: Effect;
  idempotencyKey: string;
  startedAt: string;
  /** Of its host, until the answer is there. */
  slot: Disposable;
}>;

/** All slots of the host are taken. */
export type Busy = Readonly<{ waitsFor: string }>;

/** As the request is recorded: a name, with a port where it is not that of the scheme. */
export const hostOf = ({ request }: Effect): string => URL.parse(request.url)?.host ?? '';

/** A fault of ours ends the action, too: delivered again it would only send the request again. */
export const sendEffect = async (ports: RunPorts, sender: Sender, departure: Departure): Promise<Outcome> => {
  const { effect, idempotencyKey } = departure;
  try {
    const outcome = await effect.perform(ports.outside, sender, idempotencyKey);
    return isUnauthorized(outcome) ? await sendRenewed(ports, sender, departure, outcome) : outcome;
  } catch (err) {
    if (sender.signal.aborted) throw err;
    ports.log.error({ err, idempotencyKey }, 'action failed by a fault of the engine');
    const message =
      'The engine failed to perform this action; its log of this moment says why. Please report it.';
    return { failed: { failure: { code: 'internal-error', message } } };
  }
};

const isUnauthorized = (outcome: Outcome) => 'failed' in outcome && outcome.failed.response?.status === 401;

/** A token may have been revoked before its time: once, another one is asked for and the request repeated. */
const sendRenewed = async (
  ports: RunPorts,
  sender: Sender,
  { performance, context, access, idempotencyKey }: Departure,
  unauthorized: Outcome,
): Promise<Outcome> => {
  const { action } = performance;
  const refused = access?.renewable;
  if (refused === undefined || !action.connection) return unauthorized;
  const renewed = await accessOf(ports, action.connection, sender.org, refused, sender.signal);
  if ('failed' in renewed) return unauthorized;
  const planned = planAction(action, context, renewed.access);
  return 'effect' in planned ? planned.effect.perform(ports.outside, sender, idempotencyKey) : unauthorized;
};
