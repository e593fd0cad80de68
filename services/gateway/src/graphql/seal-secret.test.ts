import { describe, expect, it } from 'vitest';
import { sealSecret } from './seal-secret.ts';

const vault = {
  seal: async (org: string, plain: string, context: string) => ({
    sealed: `sealed ${plain.length} for ${org} as ${context}`,
    fingerprint: 'f',
  }),
};
const sealed = (secret?: string | null) => sealSecret({ schedule: null, secret }, vault, 'org_1');

describe('a trigger’s secret', () => {
  it('leaves the gateway only sealed, for its organisation', async () => {
    expect(await sealed('s3cret')).toEqual({
      schedule: null,
      sealed_secret: 'sealed 6 for org_1 as webhook',
    });
  });

  // Clients that show a form read null for the secret and send it back when they save.
  it.each([undefined, null])('stays as it is for %j', async (secret) => {
    expect(await sealed(secret)).toEqual({ schedule: null });
  });

  it('is removed by an empty text', async () => {
    expect(await sealed('')).toEqual({ schedule: null, sealed_secret: null });
  });
});
