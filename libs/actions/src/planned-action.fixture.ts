import { laterActionFields, type PlannedAction } from '@karrio/domain';
import type { TemplateContext } from './action-type.ts';

export const anAction = (given: Partial<PlannedAction> = {}): PlannedAction => ({
  id: 'wact_1',
  slug: 'orders',
  name: 'Orders',
  actionType: 'http_request',
  description: null,
  host: 'https://api.example.com',
  port: null,
  endpoint: null,
  method: 'get',
  parametersType: null,
  parametersTemplate: null,
  headerTemplate: null,
  contentType: null,
  ...laterActionFields,
  connection: null,
  metafields: {},
  metadata: {},
  templateSlug: null,
  ...given,
});

export const aContext = (given: Partial<TemplateContext> = {}): TemplateContext => ({
  parameters: {},
  steps: {},
  metadata: {},
  now: '2026-11-22T09:00:00.000Z',
  ...given,
});
