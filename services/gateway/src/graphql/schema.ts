import type { GraphQLSchema } from 'graphql';
import { addActionMutations } from './action-mutation.ts';
import { addAuditLog } from './audit-log.ts';
import { builder } from './builder.ts';
import { addPageInfo } from './connection.ts';
import { addEventMutations } from './event-mutation.ts';
import { addConnectionMutations } from './connection-mutation.ts';
import { guarded } from './guard.ts';
import { addMetafieldMutations } from './metafield-mutation.ts';
import { addMetafield } from './metafield.ts';
import { addDryRunMutation } from './dry-run-mutation.ts';
import { addParked } from './parked.ts';
import { addPauses } from './pause.ts';
import { addErrorType } from './payload.ts';
import { addQueries } from './query.ts';
import { addReplayMutations } from './replay-mutation.ts';
import { addRerunMutation } from './rerun-mutation.ts';
import { addRunControlMutations } from './run-control-mutation.ts';
import { addScalars } from './scalar.ts';
import { addTemplateQueries } from './template-query.ts';
import { addRotateSecretMutation } from './rotate-secret-mutation.ts';
import { addTracingRecord, addTracingRecordQueries } from './tracing-record.ts';
import { addTriggerMutations } from './trigger-mutation.ts';
import { addWorkflowAction } from './workflow-action.ts';
import { addWorkflowConnection } from './workflow-connection.ts';
import { addWorkflowEvent } from './workflow-event.ts';
import { addWorkflowMutations } from './workflow-mutation.ts';
import { addWorkflowTrigger } from './workflow-trigger.ts';
import { addWorkflow } from './workflow.ts';

const assemble = (): GraphQLSchema => {
  addScalars();
  addPageInfo();
  addErrorType();
  addWorkflow();
  addWorkflowAction();
  addWorkflowConnection();
  addMetafield();
  addWorkflowTrigger();
  addWorkflowEvent();
  addTracingRecord();
  addQueries();
  addTracingRecordQueries();
  addTemplateQueries();
  addAuditLog();
  builder.mutationType({
    description: 'What can be done. Each answers when the next query shows its effect.',
  });
  addWorkflowMutations();
  addActionMutations();
  addConnectionMutations();
  addMetafieldMutations();
  addTriggerMutations();
  addRotateSecretMutation();
  addEventMutations();
  addPauses();
  addRunControlMutations();
  addParked();
  addRerunMutation();
  addDryRunMutation();
  addReplayMutations();
  return guarded(builder.toSchema());
};

/** Built once: a builder takes each type once. */
export const schema: GraphQLSchema = assemble();
