import type { Permission } from '@karrio/domain';
import { unauthenticated, type Caller, type Viewer } from '../auth/viewer.ts';
import { missingPermission } from '../auth/permitted.ts';
import type { Problem } from '../http/problem.ts';

/** Why who began to watch may not go on: its key or session is none any more, or of somebody else, or may less. */
export const objectionTo = (
  caller: Caller,
  { org }: Pick<Viewer, 'org'>,
  permission: Permission,
): Problem | undefined => {
  if (typeof caller === 'string') return unauthenticated(caller);
  return caller.org === org ? missingPermission(caller, permission) : unauthenticated('unknown');
};
