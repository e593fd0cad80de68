import type { IncomingHttpHeaders } from 'node:http';
import { secrets } from '../load/credentials.ts';

/** Tokens are good for ever here, and said to be good for this long: the engine has to fetch others meanwhile. */
const lifetimeSeconds = 5;

/** Gives out tokens, and lets in who shows one, or the key that is known. */
export const createDoorman = () => {
  const issued = new Set<string>();
  return {
    token: () => {
      const token = `chaos-granted-${issued.size + 1}-b83e`;
      issued.add(token);
      return { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds };
    },
    letsIn: (path: string, { authorization, 'x-chaos-token': key }: IncomingHttpHeaders): boolean => {
      if (path === '/known') return key === secrets.token;
      return path !== '/granted' || issued.has(authorization?.replace('Bearer ', '') ?? '');
    },
    secrets: (): readonly string[] => [...Object.values(secrets), ...issued],
  };
};
