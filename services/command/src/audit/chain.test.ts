import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chained, firstBreak, type Draft, type Link } from './chain.ts';

const draft = (text: string): Draft => ({
  at: '2026-11-22T09:00:00.000Z',
  actor: text,
  origin: null,
  commandId: 'cmd_1',
  action: 'update_workflow',
  outcome: 'accepted',
  entity: null,
  before: null,
  after: { name: text },
  refusal: null,
  runs: null,
  source: { stream: 's', revision: 0, position: '1', digest: text },
});

const drafts = fc.array(fc.string(), { minLength: 1, maxLength: 12 }).map((texts) => texts.map(draft));

describe('the chain', () => {
  it('is the same in however many pieces it is made', () => {
    fc.assert(
      fc.property(drafts, fc.nat(), (all, n) => {
        const cut = n % (all.length + 1);
        const first = chained('org_1', undefined, all.slice(0, cut));
        const whole = [...first, ...chained('org_1', first.at(-1), all.slice(cut))];
        expect(whole).toEqual(chained('org_1', undefined, all));
        expect(firstBreak('org_1', whole)).toBeUndefined();
      }),
    );
  });

  it('breaks at the entry that was changed, whichever field it is', () => {
    fc.assert(
      fc.property(drafts, fc.nat(), (all, n) => {
        const links = chained('org_1', undefined, all);
        const number = n % links.length;
        const forge = (change: (link: Link) => Link) =>
          links.map((link) => (link.entry.number === number ? change(link) : link));
        const actor = forge(({ entry, ...rest }) => ({
          ...rest,
          entry: { ...entry, actor: `${entry.actor}!` },
        }));
        const after = forge(({ entry, ...rest }) => ({ ...rest, entry: { ...entry, after: { name: 1 } } }));
        for (const forged of [actor, after]) expect(firstBreak('org_1', forged)).toMatchObject({ number });
      }),
    );
  });

  it('breaks where an entry was taken out, put in, exchanged or made anew', () => {
    const links = chained('org_1', undefined, ['a', 'b', 'c', 'd'].map(draft));
    const [a, b, c, d] = links;
    if (!a || !b || !c || !d) throw new Error('four were chained');
    const [anew] = chained('org_1', a, [draft('x')]);
    if (!anew) throw new Error('one was chained');
    expect(firstBreak('org_1', [a, c, d])).toMatchObject({
      number: 1,
      because: expect.stringContaining('1 to 1'),
    });
    expect(firstBreak('org_1', [a, b, b, c, d])).toMatchObject({ number: 2 });
    expect(firstBreak('org_1', [a, c, b, d])).toMatchObject({ number: 1 });
    // Its own hash is right: the one after it tells.
    expect(firstBreak('org_1', [a, anew, c, d])).toMatchObject({ number: 2 });
  });

  it('of one organisation is none of another', () => {
    expect(firstBreak('org_2', chained('org_1', undefined, [draft('a')]))).toMatchObject({ number: 0 });
  });
});
