import { describe, expect, it } from 'vitest';
import { masked } from './mask.ts';

describe('masked', () => {
  it('hides the value under a key that names a secret, at any depth and in any case', () => {
    expect(
      masked({
        run: 'run_1',
        headers: { Authorization: 'Bearer x', 'x-api-key': 'k', accept: '*/*' },
        connections: [{ credentials: { user: 'u' }, clientSecret: 's', secretKey: 's' }],
      }),
    ).toEqual({
      run: 'run_1',
      headers: { Authorization: '[masked]', 'x-api-key': '[masked]', accept: '*/*' },
      connections: [{ credentials: '[masked]', clientSecret: '[masked]', secretKey: '[masked]' }],
    });
  });

  it('keeps names that only begin like a secret', () => {
    expect(masked({ tokenCount: 3, apiKeyId: 'key_1' })).toEqual({ tokenCount: 3, apiKeyId: 'key_1' });
  });

  it('looks into what an error carries, and keeps its message and stack', () => {
    const error = Object.assign(new Error('refused'), { request: { headers: { authorization: 'Basic x' } } });

    expect(masked({ err: error })).toMatchObject({
      err: { message: 'refused', stack: error.stack, request: { headers: { authorization: '[masked]' } } },
    });
  });

  it('leaves values with a form of their own to it', () => {
    const at = new Date(0);

    expect(masked({ at })).toEqual({ at });
  });

  it('ends on a value that contains itself', () => {
    const node: Record<string, unknown> = {};
    node['self'] = node;

    expect(JSON.stringify(masked({ node }))).toContain('[too deep]');
  });

  it('does not change what it was given', () => {
    const fields = { password: 'p' };
    masked(fields);

    expect(fields).toEqual({ password: 'p' });
  });
});
