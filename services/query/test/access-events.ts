import type { AuditRecorded, OrganizationEvent, UserEvent } from '@karrio/domain';
import { orgId, time } from './log.ts';

const key = { name: 'first', role: 'admin', testMode: false } as const;

export const anOrganizationHistory = (id: string): readonly OrganizationEvent[] => [
  { type: 'OrganizationCreated', data: { id, name: 'Acme', at: time(0) } },
  { type: 'ApiKeyIssued', data: { ...key, keyId: `${id}_key_1`, hash: `${id}_1`, at: time(1) } },
  { type: 'ApiKeyIssued', data: { ...key, keyId: `${id}_key_2`, hash: `${id}_2`, at: time(2) } },
  { type: 'ApiKeyRevoked', data: { keyId: `${id}_key_1`, at: time(3) } },
  invited(id, 1, time(5)),
  joined(id, `${id}_invt_1`, time(6)),
  { type: 'MemberRoleChanged', data: { memberId: `${id}_memb`, role: 'operator', at: time(7) } },
  { type: 'MemberRemoved', data: { memberId: `${id}_memb`, at: time(8) } },
  // Who comes again is the same member.
  invited(id, 2, time(9)),
  joined(id, `${id}_invt_2`, time(10)),
  invited(id, 3, time(11)),
  { type: 'InvitationRevoked', data: { invitationId: `${id}_invt_3`, at: time(12) } },
];

const invited = (id: string, n: number, at: string): OrganizationEvent => ({
  type: 'MemberInvited',
  data: {
    invitationId: `${id}_invt_${n}`,
    userId: `${id}_user`,
    role: 'viewer',
    hash: `${id}_h${n}`,
    expiresAt: time(99),
    at,
  },
});

const joined = (id: string, invitationId: string, at: string): OrganizationEvent => ({
  type: 'MemberJoined',
  data: { memberId: `${id}_memb`, userId: `${id}_user`, role: 'viewer', invitationId, at },
});

export const aUserHistory = (id: string): readonly UserEvent[] => [
  { type: 'UserAdded', data: { userId: id, sealedEmail: 'e', at: time(0) } },
  { type: 'UserNamed', data: { sealedName: 'n', at: time(1) } },
  {
    type: 'PasswordResetIssued',
    data: { hash: `${id}_reset`, expiresAt: time(99), org: orgId, at: time(2) },
  },
  { type: 'PasswordSet', data: { sealedHash: 'p', at: time(3) } },
  {
    type: 'SessionStarted',
    data: {
      sessionId: `${id}_sess`,
      hash: `${id}_session`,
      origin: 'password',
      expiresAt: time(99),
      at: time(4),
    },
  },
  { type: 'EmailChanged', data: { sealedEmail: 'other', addressId: `${id}_other`, at: time(5) } },
  { type: 'SessionEnded', data: { sessionId: `${id}_sess`, at: time(6) } },
];

export const anAuditLog = (): readonly AuditRecorded[] =>
  [0, 1].map((number) => ({
    type: 'AuditRecorded',
    data: {
      entry: {
        number,
        at: time(number),
        actor: 'key_1',
        origin: { ip: '203.0.113.7', requestId: 'req_1' },
        commandId: 'cmd_1',
        action: 'update_workflow',
        outcome: 'accepted',
        entity: { type: 'workflow', id: 'wkfl_1' },
        before: { name: 'Orders' },
        after: { name: 'Returns' },
        refusal: null,
        runs: null,
        source: { stream: 'workflow-wkfl_1', revision: number, position: '1', digest: 'd' },
      },
      previous: 'p',
      hash: `h${number}`,
    },
  }));
