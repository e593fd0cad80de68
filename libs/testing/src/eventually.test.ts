import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('asks until the condition holds, and gives its value', async () => {
    const answers = [undefined, false, 'there'];
    expect(await eventually('it is there', () => answers.shift())).toBe('there');
  });

  it('takes an error for not yet', async () => {
    const answers = [
      () => {
        throw new Error('connection refused');
      },
      () => 7,
    ];
    expect(await eventually('it answers', () => answers.shift()?.())).toBe(7);
  });

  it('says at the deadline what did not come true, and why', async () => {
    const condition = () => {
      throw new Error('connection refused');
    };
    await expect(eventually('it answers', condition, 30)).rejects.toMatchObject({
      message: 'not true after 0.03 s: it answers',
      cause: { message: 'connection refused' },
    });
  });
});
