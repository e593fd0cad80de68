import { expect, it } from 'vitest';
import { loadConfig } from '../config.ts';

const masterKey = { KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };

it('leaves slots to others and a workflow all of its organisation, unless told otherwise', () => {
  expect(loadConfig(masterKey).dispatch.limits).toEqual({ slots: 256, perOrg: 192, perWorkflow: 192 });
  const env = { ...masterKey, RUN_CONCURRENCY_PER_ORG: '256', RUN_CONCURRENCY_PER_WORKFLOW: '10' };
  expect(loadConfig(env).dispatch.limits).toEqual({ slots: 256, perOrg: 256, perWorkflow: 10 });
});

it('reads the weights of organisations', () => {
  const { weights } = loadConfig({ ...masterKey, RUN_WEIGHTS: 'org_1=3, org_2=12' }).dispatch;
  expect([...weights]).toEqual([
    ['org_1', 3],
    ['org_2', 12],
  ]);
});

it.each(['org_1', 'org_1=0', 'org_1=-1', 'org 1=2', 'org_1=1.5'])('refuses the weight %s', (RUN_WEIGHTS) => {
  expect(() => loadConfig({ ...masterKey, RUN_WEIGHTS })).toThrow(/such as org_1=3.*RUN_WEIGHTS/s);
});
