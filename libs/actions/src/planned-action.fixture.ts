import type { TemplateContext } from './action-type.ts';

export { anAction } from '@karrio/domain/testing';

export const aContext = (given: Partial<TemplateContext> = {}): TemplateContext => ({
  parameters: {},
  steps: {},
  metadata: {},
  now: '2026-11-22T09:00:00.000Z',
  ...given,
});
