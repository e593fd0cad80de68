import SchemaBuilder from '@pothos/core';
import type {
  RunRow,
  TracingRecord,
  WorkflowActionRow,
  WorkflowConnectionRow,
  WorkflowRow,
  WorkflowTriggerRow,
} from '@karrio/read-model';
import type { FieldError } from '../command/rejection.ts';
import type { GraphContext } from './context.ts';
import type { MetafieldNode } from './workflow/metafield.ts';
import type { PageInfo } from './page.ts';

/** Rows carry the contract's field names, so most fields are exposed as they are. */
export const builder = new SchemaBuilder<{
  Context: GraphContext;
  Scalars: {
    ID: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    DateTime: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
}>({ defaultFieldNullability: false });

export type BuilderTypes =
  typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;

// Declared before they are described, since workflows and their events name each other.
export const WorkflowType = builder.objectRef<WorkflowRow>('WorkflowType');
export const WorkflowActionType = builder.objectRef<WorkflowActionRow>('WorkflowActionType');
export const WorkflowConnectionType = builder.objectRef<WorkflowConnectionRow>('WorkflowConnectionType');
export const MetafieldType = builder.objectRef<MetafieldNode>('MetafieldType');
export const WorkflowTriggerType = builder.objectRef<WorkflowTriggerRow>('WorkflowTriggerType');
export const WorkflowEventType = builder.objectRef<RunRow>('WorkflowEventType');
export const TracingRecordType = builder.objectRef<TracingRecord>('TracingRecordType');
export const PageInfoType = builder.objectRef<PageInfo>('PageInfo');
export const ErrorType = builder.objectRef<FieldError>('ErrorType');
