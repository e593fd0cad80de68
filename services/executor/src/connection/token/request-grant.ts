import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  None,
  refreshTokenGrantRequest,
} from 'oauth4webapi';
import { z } from 'zod';
import type { HttpClient } from '../../egress/http-client.ts';
import { explain } from '../../egress/explain.ts';
import { refusedFor, type Refused } from '../authentication.ts';
import type { Grant } from './grant.ts';

export type Granted = Readonly<{
  accessToken: string;
  refreshToken: string | undefined;
  expiresInSeconds: number | undefined;
}>;

/** Asks for a token through the egress guard. `refreshToken` is the last one given, if any. */
export type RequestGrant = (
  grant: Grant,
  refreshToken: string | undefined,
  signal: AbortSignal,
) => Promise<Granted | Refused>;

/** Shorter than the lease under which a token is asked for. */
const timeoutMs = 30_000;

/** RFC 6749 §5.1, but token_type may be missing: Shopify, for one, does not send it. */
const Answer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish().catch(null),
});

export const createRequestGrant = (client: Pick<HttpClient, 'send' | 'options'>): RequestGrant => {
  return async (grant, refreshToken, signal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const url = grant.tokenUrl;
    try {
      return await interpret(url, await ask(client, grant, refreshToken, limited));
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = limited.aborted
        ? { message: `There was no answer within ${timeoutMs} ms.` }
        : explain(error, url, client.options);
      if (!failure) throw error;
      return refusedFor(`No token from ${url.host}: ${failure.message}`, true);
    }
  };
};

const Complaint = z.object({ error: z.string().regex(/^[\w.-]{1,50}$/) });

const ask = (
  client: Pick<HttpClient, 'send'>,
  { tokenUrl, clientId, clientSecret, clientAuth, parameters }: Grant,
  refreshToken: string | undefined,
  signal: AbortSignal,
): Promise<Response> => {
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const authentication =
    clientSecret === undefined
      ? None()
      : (clientAuth === 'client_secret_post' ? ClientSecretPost : ClientSecretBasic)(clientSecret);
  const options = {
    signal,
    // Marked as deprecated only to stand out. Whether plain HTTP may be used is the egress guard's decision.
    // oxlint-disable-next-line typescript/no-deprecated -- see above
    [allowInsecureRequests]: tokenUrl.protocol === 'http:',
    [customFetch]: fetchThrough(client, signal),
  };
  const who = { client_id: clientId };
  const given = parameters.map(([name, value]) => [name, value]);
  return refreshToken === undefined
    ? clientCredentialsGrantRequest(server, who, authentication, given, options)
    : refreshTokenGrantRequest(server, who, authentication, refreshToken, {
        ...options,
        additionalParameters: given,
      });
};

type Sent = Readonly<{ method: string; headers: Record<string, string>; body: URLSearchParams }>;

/** The engine's own client in the place of fetch: guarded, and with its limits. */
const fetchThrough =
  ({ send }: Pick<HttpClient, 'send'>, signal: AbortSignal) =>
  async (url: string, { method, headers, body }: Sent): Promise<Response> => {
    const request = { url: new URL(url), method, headers: { ...headers }, body: body.toString() };
    const answer = await send(request, signal);
    return new Response(new Uint8Array(answer.body), { status: answer.status });
  };

const interpret = async (url: URL, response: Response): Promise<Granted | Refused> => {
  const body: unknown = await response.json().catch(() => undefined);
  const answer = Answer.safeParse(body);
  if (response.ok && answer.success) {
    const { access_token: accessToken, refresh_token, expires_in } = answer.data;
    return {
      accessToken,
      refreshToken: refresh_token ?? undefined,
      expiresInSeconds: expires_in ?? undefined,
    };
  }
  if (response.ok)
    return refusedFor(`${url.host} answered without an access_token; check the credential token_url.`);
  const isPassing = response.status >= 500 || response.status === 429;
  return refusedFor(
    `${url.host} gave no token: HTTP ${response.status}${reasonOf(body)}. ` +
      (isPassing ? 'It may go better later.' : 'Check client_id, client_secret, scope and refresh_token.'),
    isPassing,
  );
};

/** The code of RFC 6749 §5.2; its description is free text, which may repeat what was sent. */
const reasonOf = (body: unknown): string => {
  const complaint = Complaint.safeParse(body);
  return complaint.success ? ` ${complaint.data.error}` : '';
};
