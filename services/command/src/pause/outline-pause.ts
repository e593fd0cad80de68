import type { CommandPayload } from '@karrio/contracts';
import { refusal, type PauseScope } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { refused, type Issue, type Outline } from '../definition/change.ts';

export const outlinePauseWorkflow = (
  catalog: OrgCatalog,
  { id, reason }: CommandPayload<'pause_workflow'>,
  { at }: Issue,
): Outline =>
  catalog.workflow(id)?.state.status === 'live' ? pausing(id, 'workflow', reason, at) : unknownWorkflow(id);

/** One that was deleted, too: its runs may still be held. */
export const outlineResumeWorkflow = (
  catalog: OrgCatalog,
  { id }: CommandPayload<'resume_workflow'>,
  { at }: Issue,
): Outline => (catalog.workflow(id) ? resuming(id, 'workflow', at) : unknownWorkflow(id));

export const outlinePauseOrganization = (
  _: OrgCatalog,
  { reason }: CommandPayload<'pause_organization'>,
  { org, at }: Issue,
): Outline => pausing(org, 'organization', reason, at);

export const outlineResumeOrganization = (
  _: OrgCatalog,
  __: CommandPayload<'resume_organization'>,
  { org, at }: Issue,
): Outline => resuming(org, 'organization', at);

const pausing = (id: string, scope: PauseScope, reason: string | null | undefined, at: string): Outline => ({
  id,
  changes: [{ kind: 'pause', id, command: { type: 'PauseRuns', scope, reason: reason || null, at } }],
});

const resuming = (id: string, scope: PauseScope, at: string): Outline => ({
  id,
  changes: [{ kind: 'pause', id, command: { type: 'ResumeRuns', scope, at } }],
});

const unknownWorkflow = (id: string): Outline =>
  refused(refusal('not-found', 'id', `No workflow has the id ${id}.`));
