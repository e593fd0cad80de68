import { newId, type Origin } from '@karrio/contracts';
import type { NewSession } from '@karrio/domain';
import { digestOf, newSessionToken } from '../auth/session-token.ts';
import type { Problem } from '../http/problem.ts';
import { submitAsUser, type SubmitPorts } from './submit-as-user.ts';

export type SessionPorts = SubmitPorts & Readonly<{ sessionMs: number }>;

export type Started = Readonly<{ userId: string; token: string; expiresAt: string }>;

/** Signs somebody in whose identity is shown. */
export const startSession = async (
  ports: SessionPorts,
  who: Readonly<{ userId: string; origin: Origin }>,
  by: NewSession['origin'],
): Promise<Started | Problem> => {
  const token = newSessionToken();
  const expiresAt = new Date(ports.now() + ports.sessionMs).toISOString();
  const session = { sessionId: newId('session'), hash: digestOf(token), origin: by, expiresAt };
  const failed = await submitAsUser(ports, who, 'start_session', session);
  return failed ?? { userId: who.userId, token, expiresAt };
};
