import { describe, expect, it } from 'vitest';
import { rememberAcceptedRuns } from './accepted-runs.ts';

const runsWith = (applied: bigint) => {
  const asked: bigint[] = [];
  const reached = (position: bigint) => {
    asked.push(position);
    return Promise.resolve(position <= applied);
  };
  return { runs: rememberAcceptedRuns({ reached }), asked };
};

describe('a run that somebody was told of', () => {
  it('is waited for until the read models hold the last that was told', async () => {
    const { runs, asked } = runsWith(9n);
    runs.told('org_1', 'wevt_1', '5');
    runs.told('org_1', 'wevt_1', '9');
    expect(await runs.shown('org_1', 'wevt_1')).toBeUndefined();
    expect(asked).toEqual([9n]);
  });

  it('is said to be stored where the read models are behind', async () => {
    const { runs } = runsWith(4n);
    runs.told('org_1', 'wevt_1', '5');
    expect(await runs.shown('org_1', 'wevt_1')).toMatchObject({
      code: 'read_model_behind',
      details: { id: 'wevt_1' },
    });
  });

  it('is nobody’s business outside its organisation', async () => {
    const { runs, asked } = runsWith(4n);
    runs.told('org_1', 'wevt_1', '5');
    expect(await runs.shown('org_2', 'wevt_1')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is waited for by lists of its organisation, which come without it rather than not at all', async () => {
    const { runs, asked } = runsWith(4n);
    runs.told('org_1', 'wevt_1', '9');
    runs.told('org_1', 'wevt_2', '5');
    await runs.allShown('org_1');
    await runs.allShown('org_2');
    expect(asked).toEqual([9n]);
  });

  it('does not make anybody wait for another run', async () => {
    const { runs, asked } = runsWith(4n);
    runs.told('org_1', 'wevt_1', '5');
    expect(await runs.shown('org_1', 'wevt_2')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
