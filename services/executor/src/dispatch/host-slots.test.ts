import { createLogger } from '@karrio/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitOf, parseHostLimits } from './host-limits.ts';
import { createDispatcher } from './dispatcher.ts';
import { createHostSlots } from './host-slots.ts';

const limits = { slots: 4, perOrg: 3, perWorkflow: 2 };
const perHost = 2;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A run asks its hosts, one after the other, and then ends: well, badly, or by being done elsewhere. */
type Run = Readonly<{
  id: string;
  org: string;
  workflow: string;
  hosts: readonly string[];
  ends: 'well' | 'badly';
}>;

const someRuns: fc.Arbitrary<readonly Run[]> = fc
  .array(
    fc.record({
      org: fc.constantFrom('a', 'b'),
      workflow: fc.constantFrom('1', '2'),
      hosts: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
      ends: fc.constantFrom('well', 'badly'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((runs) =>
    runs.map(({ org, workflow, ...run }, index) => ({
      ...run,
      org,
      workflow: `${org}-${workflow}`,
      id: `${index}`,
    })),
  );

/** Runs that ask hosts, on a dispatcher; `answer` ends the request of one that is out. */
const aWorld = (runs: readonly Run[]) => {
  const slots = createHostSlots(() => perHost);
  const asked = new Map<string, string[]>();
  const out: { run: Run; host: string; answer: () => void }[] = [];
  const find = (runId: string): Run => {
    const run = runs.find(({ id }) => id === runId);
    if (!run) throw new Error('no such run');
    return run;
  };
  const work = async (runId: string): Promise<string | undefined> => {
    const run = find(runId);
    const done = asked.get(runId) ?? [];
    asked.set(runId, done);
    while (done.length < run.hosts.length) {
      const host = run.hosts[done.length] ?? '';
      using slot = slots.take(host, runId);
      if (!slot) return host;
      const { promise, resolve } = Promise.withResolvers<void>();
      out.push({ run, host, answer: resolve });
      await promise;
      done.push(host);
    }
    if (run.ends === 'badly') throw new Error('the store is away');
    return undefined;
  };
  const dispatcher = createDispatcher({
    limits,
    weightOf: () => 1,
    heldMax: 5,
    workflowOf: async (runId) => find(runId).workflow,
    work: ({ runId }) => work(runId),
    hosts: slots,
    giveBack: () => {},
    log: createLogger('test', 'silent'),
  });
  return { dispatcher, slots, asked, out };
};

describe('slots of hosts', () => {
  it('are never more than the limit, never lost, and keep no run from its requests, each made once', async () => {
    await fc.assert(
      fc.asyncProperty(someRuns, fc.array(fc.nat(), { maxLength: 200 }), async (runs, picks) => {
        const { dispatcher, slots, asked, out } = aWorld(runs);
        for (const { org, id } of runs) {
          void dispatcher.dispatch(org, { runId: id }, { attempt: 1, subject: 's' }).catch(() => {});
        }
        await turn();
        for (let step = 0; out.length > 0; step++) {
          for (const host of ['x', 'y', 'z']) {
            const requests = out.filter((one) => one.host === host).length;
            expect(requests).toBeLessThanOrEqual(perHost);
            expect(slots.inUse().get(host) ?? 0).toBe(requests);
          }
          expect(dispatcher.counts().inHand).toBeLessThanOrEqual(limits.slots);
          // No run with nothing to wait for waits: what is in hand has its request out.
          expect(dispatcher.counts().inHand).toBe(out.length);
          out.splice((picks[step] ?? 0) % out.length, 1)[0]?.answer();
          await turn();
        }
        expect(dispatcher.counts()).toMatchObject({ inHand: 0, waiting: 0, held: 0 });
        expect([...slots.inUse()]).toEqual([]);
        for (const { id, hosts } of runs) expect(asked.get(id)).toEqual(hosts);
      }),
      { numRuns: 60 },
    );
  });

  it('of a slow host hold no slot that a run of another host could use', async () => {
    const slow = Array.from({ length: 20 }, (_, index) => `slow ${index}`);
    const runs = [...slow, 'quick'].map((id): Run => ({
      id,
      org: id === 'quick' ? 'b' : 'a',
      workflow: id,
      hosts: [id === 'quick' ? 'y' : 'x'],
      ends: 'well',
    }));
    const { dispatcher, out } = aWorld(runs);
    for (const { org, id } of runs)
      void dispatcher.dispatch(org, { runId: id }, { attempt: 1, subject: 's' });
    await turn();
    expect(out.map(({ host }) => host).toSorted()).toEqual(['x', 'x', 'y']);
    expect(dispatcher.counts()).toMatchObject({ inHand: 3, waiting: 18 });
  });

  it('go in turn to the organisations whose runs wait for them', async () => {
    const loud = Array.from({ length: 10 }, (_, index) => `loud ${index}`);
    const runs = [...loud, 'quiet'].map((id): Run => ({
      id,
      org: id === 'quiet' ? 'b' : 'a',
      workflow: id,
      hosts: ['x'],
      ends: 'well',
    }));
    const { dispatcher, out } = aWorld(runs);
    for (const { org, id } of runs)
      void dispatcher.dispatch(org, { runId: id }, { attempt: 1, subject: 's' });
    await turn();
    const served: string[] = [];
    while (out.length > 0) {
      const [first] = out.splice(0, 1);
      served.push(first?.run.id ?? '');
      first?.answer();
      await turn();
    }
    expect(served).toHaveLength(runs.length);
    expect(served.indexOf('quiet')).toBeLessThan(6);
  });
});

describe('limits of hosts', () => {
  it('name hosts as requests do', () => {
    const parsed = parseHostLimits('API.example.com=10, localhost:9000=2');
    expect(typeof parsed === 'string' ? parsed : [...parsed]).toEqual([
      ['api.example.com', 10],
      ['localhost:9000', 2],
    ]);
  });

  it('without a port are those of all its ports, unless one has its own', () => {
    const limits = {
      perHost: 9,
      named: new Map([
        ['a.test', 2],
        ['a.test:81', 3],
      ]),
    };
    expect(['a.test', 'a.test:80', 'a.test:81', 'b.test'].map((host) => limitOf(limits, host))).toEqual([
      2, 2, 3, 9,
    ]);
  });

  it.each(['api.example.com', 'api.example.com=0', 'https://api.example.com=3', 'a/b=3', '=3', 'a=1.5'])(
    'refuse %s',
    (text) => expect(parseHostLimits(text)).toContain('such as api.example.com=10'),
  );
});
