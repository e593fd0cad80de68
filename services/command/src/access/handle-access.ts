import { isUserCommand, type CommandReply } from '@karrio/contracts';
import type { Envelope } from '../envelope.ts';
import { changeOrganization, type OrganizationRequest } from './change-organization.ts';
import { changeUser, type UserRequest } from './change-user.ts';
import type { AccessPorts } from './kinds.ts';

/** Who may do what: decided on the streams themselves, since these commands are few and matter most. */
export const handleAccess = (
  ports: AccessPorts,
  request: OrganizationRequest | UserRequest,
  envelope: Envelope,
  isLate: boolean,
): Promise<CommandReply> =>
  isUserRequest(request)
    ? changeUser(ports, request, envelope, isLate)
    : changeOrganization(ports, request, envelope, isLate);

const isUserRequest = (request: OrganizationRequest | UserRequest): request is UserRequest =>
  isUserCommand(request.name);
