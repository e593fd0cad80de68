import { z } from 'zod';
import type { Gateway } from './gateway.ts';

const Invited = z.object({ errors: z.null(), token: z.string() });

/** Of what runs do not need, one of each: a person who is signed in, and a metafield that is attached to nothing. */
export const inhabit = async (gateway: Gateway, org: string): Promise<void> => {
  const metafield = { key: 'chaos', type: 'text', value: 'seen' };
  const make =
    'mutation ($input: CreateMetafieldInput!) { create_metafield(input: $input) { errors { field } } }';
  const person = { email: `${org}@chaos.example`, role: 'operator' };
  const [invited] = await Promise.all([
    gateway.mutate('invite_member', person, 'token'),
    gateway.ask(make, { input: metafield }),
  ]);
  const { token } = Invited.parse(invited);
  const body = { token, name: 'Ada', password: 'correct horse battery', transport: 'bearer' };
  const { status } = await gateway.post('/v1/auth/invitations/accept', { body });
  if (status >= 300) throw new Error(`the invitation was not accepted: ${status}`);
};
