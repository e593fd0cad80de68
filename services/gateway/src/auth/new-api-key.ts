import { hash, randomBytes } from 'node:crypto';
import { idPrefixes, newId } from '@karrio/contracts';
import type { Role } from '@karrio/domain';

type Wanted = Readonly<{
  id?: string;
  name: string;
  role: Role;
  test_mode: boolean;
  expires_at: string | null;
}>;

/** A key's text, for its holder alone, and what the log gets of it. */
export const newApiKey = ({ id = newId('apiKey'), ...wanted }: Wanted) => {
  const text = idPrefixes.apiKey + randomBytes(16).toString('hex');
  return { text, issued: { key_id: id, ...wanted, hash: hash('sha256', text) } };
};
