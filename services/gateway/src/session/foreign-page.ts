import type { IncomingHttpHeaders } from 'node:http';
import { problem, type Problem } from '../http/problem.ts';

/**
 * Why a page of another site may not sign a browser in: whoever uses it would work as somebody else without knowing.
 * Browsers say by themselves where a request comes from (Fetch Metadata); what says nothing is no browser.
 */
export const foreignPageProblem = (
  headers: IncomingHttpHeaders,
  corsOrigins: readonly string[],
): Problem | undefined => {
  const { 'sec-fetch-site': site, origin } = headers;
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  return origin !== undefined && corsOrigins.includes(origin) ? undefined : refused;
};

const refused = problem(
  'forbidden',
  'A page of another site cannot sign a browser in; sign in from a page of this server, or have its operator name the site in CORS_ORIGINS.',
);
