import type { Outcome } from '@karrio/actions';
import type { PlannedConnection } from '@karrio/domain';
import type { Authentication } from '../connection/authentication.ts';
import type { RunPorts } from './run-ports.ts';

type Granted = { readonly access: Authentication } | Extract<Outcome, { readonly failed: unknown }>;

/** What a connection lends to one request; `except` is a token that was refused. */
export const accessOf = async (
  { authenticate }: Pick<RunPorts, 'authenticate'>,
  connection: PlannedConnection,
  org: string,
  except: string | undefined,
  signal: AbortSignal,
): Promise<Granted> => {
  const authenticated = await authenticate(connection, org, except, signal);
  if ('authentication' in authenticated) return { access: authenticated.authentication };
  const { failed: failure, isPassing } = authenticated;
  return { failed: { failure, ...(isPassing && { recovery: { again: 'safe' } }) } };
};
