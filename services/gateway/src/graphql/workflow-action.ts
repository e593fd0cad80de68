import {
  AutomationActionType,
  AutomationHTTPContentType,
  AutomationHTTPMethod,
  AutomationParametersType,
} from './enum.ts';
import { builder, WorkflowActionType, type BuilderTypes } from './builder.ts';
import type { WorkflowActionRow } from '@karrio/read-model';
import { definitionFields } from './definition-fields.ts';
import { MetafieldType } from './metafield.ts';
import { WorkflowConnectionType } from './workflow-connection.ts';

export const addWorkflowAction = (): void => {
  builder.objectType(WorkflowActionType, {
    description: 'One thing that a workflow does; several workflows may name it.',
    fields: (t) => ({
      ...definitionFields(t, 'workflow_action'),
      name: t.exposeString('name', { description: 'What people call it.' }),
      action_type: t.expose('action_type', { type: AutomationActionType, description: 'What it does.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      ...httpFields(t),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      connection: t.field({
        type: WorkflowConnectionType,
        nullable: true,
        description: 'How it authenticates; null, since no action has one yet.',
        resolve: () => null,
      }),
      metafields: t.field({
        type: [MetafieldType],
        description: 'Typed values of its own; empty, since no action has one yet.',
        resolve: () => [],
      }),
    }),
  });
};

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowActionRow>;

const httpFields = (t: Fields) => ({
  host: t.exposeString('host', {
    nullable: true,
    description: 'Of an HTTP request: scheme and host, such as https://api.example.com.',
  }),
  port: t.exposeInt('port', {
    nullable: true,
    description: 'Of an HTTP request: the port, unless the host has one.',
  }),
  endpoint: t.exposeString('endpoint', {
    nullable: true,
    description: 'Of an HTTP request: the path, such as /orders.',
  }),
  method: t.expose('method', {
    type: AutomationHTTPMethod,
    nullable: true,
    description: 'Of an HTTP request: its method.',
  }),
  parameters_type: t.expose('parameters_type', {
    type: AutomationParametersType,
    nullable: true,
    description: 'Of an HTTP request: where the rendered parameters go.',
  }),
  parameters_template: t.exposeString('parameters_template', {
    nullable: true,
    description: 'What it sends, maps or decides, as a Handlebars template over parameters and steps.',
  }),
  header_template: t.exposeString('header_template', {
    nullable: true,
    description: 'Of an HTTP request: its headers, as a template that renders a JSON object.',
  }),
  content_type: t.expose('content_type', {
    type: AutomationHTTPContentType,
    nullable: true,
    description: 'How the rendered parameters are read and sent.',
  }),
});

export const WorkflowActionFilter = builder.inputType('WorkflowActionFilter', {
  description: 'Which actions, and which page of them.',
  fields: (t) => ({
    offset: t.int({ description: 'How many to skip; 0 unless given.' }),
    first: t.int({ description: 'How many at most, 1 to 100; 25 unless given.' }),
    keyword: t.string({ description: 'A part of the name, the slug or the description, or the id.' }),
    action_type: t.field({ type: AutomationActionType, description: 'Those that do this.' }),
  }),
});
