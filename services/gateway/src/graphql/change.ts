import type { CommandName, FieldErrors } from '@karrio/contracts';
import { findMetafield } from '@karrio/read-model';
import { payloadOf } from '../command/input.ts';
import { fieldErrorsOf, problemOfRejection } from '../command/rejection.ts';
import { commandIdOf } from '../command/submit.ts';
import { problem } from '../http/problem.ts';
import { sealed, type Sealing } from '../seal/sealing.ts';
import { viewerOf, type GraphContext } from './context.ts';
import { shownError } from './server/shown-error.ts';

/** How long a mutation waits for the read models to show what it did. */
const behindMsMax = 5_000;

export type Changed = Readonly<{ id: string }> | Readonly<{ errors: FieldErrors }>;

/**
 * Sends a mutation as a command; resolves when the next query shows its effect. What the caller did wrong is
 * a value. @throws BusUnavailable, CommandTimeout, GraphQLError where the read models are behind or the backlog is full
 */
export const change = async (
  name: CommandName,
  input: object,
  context: GraphContext,
  /** The response's key, which tells apart two mutations of the same name in one request. */
  field: string | number,
): Promise<Changed> => {
  const { ports, call } = context;
  const { org, actor, testMode } = viewerOf(context);
  const parsed = payloadOf(name, input);
  if ('errors' in parsed) return parsed;
  const reply = await ports.submit({
    id: commandIdOf(org, `${name}.${field}`, call.idempotencyKey),
    name,
    org,
    actor,
    origin: call.origin,
    ...(testMode && { testMode }),
    issuedAt: new Date(),
    payload: parsed.payload,
  });
  // Nothing is wrong with the input: clients wait, as they do for any 429.
  if ('rejected' in reply && reply.rejected.code === 'backlog-full') {
    throw shownError(problemOfRejection(reply.rejected));
  }
  if ('rejected' in reply) return { errors: fieldErrorsOf(reply.rejected) };
  const { id, position } = reply.accepted;
  if (await ports.progress.reached(BigInt(position), behindMsMax)) return { id };
  const message = `${id} is stored, but the read models do not show it yet; query it again shortly.`;
  throw shownError(problem('read_model_behind', message, { id }));
};

/** The same for an input that may hold secrets: only their sealed form goes further than here. */
export const sealedChange = async (
  name: CommandName,
  seal: (sealing: Sealing) => Promise<object>,
  context: GraphContext,
  field: string | number,
): Promise<Changed> => {
  const { org } = viewerOf(context);
  const { vault, db } = context.ports;
  const outcome = await sealed({ vault, org, metafieldOf: (id) => findMetafield(db, org, id) }, seal);
  return 'errors' in outcome ? outcome : change(name, outcome.input, context, field);
};
