import type { FastifyInstance, FastifyRequest } from 'fastify';
import { credentialIn } from '../auth/credentials.ts';
import type { Presented } from '../auth/authenticate.ts';
import { digestOf } from '../auth/session-token.ts';
import type { Caller } from '../auth/viewer.ts';
import { originOf } from '../http/origin.ts';
import { statusOfCode, type ProblemCode } from '../http/problem.ts';
import { problemSentWith } from '../http/server.ts';
import type { Suspect } from './refusal-tally.ts';
import type { NoteRefusal } from './tell-refusals.ts';

const statuses: ReadonlySet<number> = new Set([401, 403, 429]);

/** Whether the code says who may do what and how often; a full backlog says nothing of who asked. */
const isAudited = (code: ProblemCode): boolean => statuses.has(statusOfCode[code]) && code !== 'backlog_full';

/** Who asked, as far as it is known without looking anything up. */
export const suspectOf = (caller: Caller, { authorization, cookie }: Presented): Suspect => {
  if (typeof caller === 'object') return { kind: 'caller', org: caller.org, actor: caller.actor };
  const credential = credentialIn(authorization, cookie);
  return credential ? { kind: 'credential', digest: digestOf(credential.text) } : { kind: 'stranger' };
};

const suspects = new WeakMap<FastifyRequest, Suspect>();

/** For a route that knows better who asks than what was sent to say so. */
export const suspect = (request: FastifyRequest, who: Suspect): void => void suspects.set(request, who);

/** Notes each request that is answered with a refusal, whichever route did. */
export const watchRefusals = (server: FastifyInstance, note: NoteRefusal): void => {
  server.addHook('onResponse', (request, reply, done) => {
    const code = problemSentWith(reply)?.code;
    if (code && isAudited(code)) {
      const who = suspects.get(request) ?? suspectOf('absent', request.headers);
      const action = `${request.method} ${request.routeOptions.url ?? 'no route'}`;
      note({ suspect: who, action, code, origin: originOf(request, undefined) });
    }
    done();
  });
};
