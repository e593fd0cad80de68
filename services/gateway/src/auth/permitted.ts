import { may, rolesWith, type Permission, type Role } from '@karrio/domain';
import { problem, type Problem } from '../http/problem.ts';

/** Why a caller may not do something; undefined where it may. What names no permission is permitted to nobody. */
export const missingPermission = (
  { role }: Readonly<{ role: Role }>,
  permission: Permission | undefined,
): Problem | undefined => {
  if (permission === undefined)
    return problem('forbidden', 'Nobody may use this yet: it names no permission.');
  if (may(role, permission)) return undefined;
  const allowed = rolesWith(permission).join(', ');
  return problem(
    'forbidden',
    `The role ${role} lacks the permission ${permission}, which these roles have: ${allowed}. ` +
      'Ask an owner or admin of the organisation for one of them, or send the API key of such a role.',
    { permission, role },
  );
};
