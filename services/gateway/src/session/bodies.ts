import { z } from 'zod';

/** What the routes of people take; the OpenAPI document is made of these, too. */
const password = z.string().min(1).max(1_000);
const transport = z
  .enum(['cookie', 'bearer'])
  .default('cookie')
  .describe('bearer: the token is in the answer, for who keeps no cookies.');
const name = z.string().trim().min(1).max(100);
const token = z.string().min(1).max(200);

export const SignIn = z.strictObject({ email: z.string().max(254), password, transport });
export const ChangePassword = z.strictObject({
  current_password: password,
  new_password: password.describe('At least ten characters. All other sessions end.'),
});
export const ChooseAnew = z.strictObject({
  token: token.describe('As reset_member_password, or npm run people, showed it.'),
  password,
});
export const ChangeProfile = z.strictObject({ name });
export const Accept = z.strictObject({
  token: token.describe('As invite_member showed it.'),
  name: name.optional(),
  password: password.optional().describe('For who has none yet.'),
  transport,
});
