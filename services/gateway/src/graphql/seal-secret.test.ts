import { describe, expect, it } from 'vitest';
import { sealSecret } from './seal-secret.ts';

const vault = { seal: (plain: string, context: string) => `sealed ${plain.length} for ${context}` };
const sealed = (secret?: string | null) => sealSecret({ schedule: null, secret }, vault, 'org_1');

describe('a trigger’s secret', () => {
  it('leaves the gateway only sealed, for its organisation', () => {
    expect(sealed('s3cret')).toEqual({ schedule: null, sealed_secret: 'sealed 6 for org_1' });
  });

  // Clients that show a form read null for the secret and send it back when they save.
  it.each([undefined, null])('stays as it is for %j', (secret) => {
    expect(sealed(secret)).toEqual({ schedule: null });
  });

  it('is removed by an empty text', () => {
    expect(sealed('')).toEqual({ schedule: null, sealed_secret: null });
  });
});
