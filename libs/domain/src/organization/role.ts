/** From the one who may do everything to the one who looks on. */
export const roles = ['owner', 'admin', 'developer', 'operator', 'viewer'] as const;
export type Role = (typeof roles)[number];

const everyone: readonly Role[] = roles;
const operating: readonly Role[] = ['owner', 'admin', 'developer', 'operator'];
const developing: readonly Role[] = ['owner', 'admin', 'developer'];
const administering: readonly Role[] = ['owner', 'admin'];

/** Who may do what, and what it means. docs/access.md shows this table, and a test holds the two together. */
export const permissions = {
  'definitions:read': { roles: everyone, means: 'see workflows, actions, connections, triggers and rules' },
  'definitions:write': { roles: developing, means: 'make, change and delete them' },
  'definitions:switch': {
    roles: operating,
    means: 'turn workflows and rules on and off, pause and resume them',
  },
  'runs:read': { roles: everyone, means: 'see runs, their timelines and what they were given' },
  'runs:start': { roles: operating, means: 'start, repeat, rehearse and replay runs' },
  'runs:control': { roles: operating, means: 'cancel, pause, resume, redrive and settle runs' },
  'rates:read': { roles: everyone, means: 'see decisions on rates, explain them and try rules on them' },
  'rates:select': { roles: operating, means: 'have rates selected, and settle what a rule held' },
  'organization:read': { roles: everyone, means: 'see the organisation, its limits and its members' },
  'organization:pause': { roles: operating, means: 'pause and resume everything of the organisation' },
  'organization:write': { roles: administering, means: 'rename the organisation and change its settings' },
  'organization:create': {
    roles: ['owner'],
    means: 'make further organisations, where the server lets owners do so',
  },
  'members:write': { roles: administering, means: 'invite members, change their roles and remove them' },
  'owners:write': { roles: ['owner'], means: 'make somebody an owner, or no longer one' },
  'keys:read': { roles: administering, means: 'list API keys' },
  'keys:write': { roles: administering, means: 'make and revoke API keys, with a role up to one’s own' },
  'audit:read': { roles: administering, means: 'read, export and verify the audit log' },
} as const satisfies Readonly<Record<string, Readonly<{ roles: readonly Role[]; means: string }>>>;
export type Permission = keyof typeof permissions;

export const may = (role: Role, permission: Permission): boolean => {
  const { roles: allowed }: { readonly roles: readonly Role[] } = permissions[permission];
  return allowed.includes(role);
};

/** Whoever gives a role to others has at least as much of it. */
export const isAtLeast = (role: Role, other: Role): boolean => roles.indexOf(role) <= roles.indexOf(other);

/** The roles that may do something, for a message to who may not. */
export const rolesWith = (permission: Permission): readonly Role[] => permissions[permission].roles;
