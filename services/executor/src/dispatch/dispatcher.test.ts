import { createLogger } from '@karrio/telemetry';
import { describe, expect, it } from 'vitest';
import { createDispatcher, type DispatchPorts } from './dispatcher.ts';
import { createHostSlots } from './host-slots.ts';

const delivery = { attempt: 1, subject: 'run.ready.a' };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const aDispatcher = (given: Partial<DispatchPorts> = {}) => {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string | undefined>>();
  const givenBack: string[] = [];
  const dispatcher = createDispatcher({
    limits: { slots: 1, perOrg: 1, perWorkflow: 1 },
    weightOf: () => 1,
    heldMax: 2,
    workflowOf: async (runId) => (runId === 'unknown' ? undefined : 'w'),
    work: ({ runId }) => {
      begun.push(runId);
      const end = Promise.withResolvers<string | undefined>();
      ends.set(runId, end);
      return end.promise;
    },
    giveBack: (_, runId) => givenBack.push(runId),
    hosts: createHostSlots(() => 1),
    log: createLogger('test', 'silent'),
    ...given,
  });
  const settled: string[] = [];
  const dispatch = async (runId: string) => {
    const note = (how: string) => () => settled.push(`${runId} ${how}`);
    void dispatcher.dispatch('a', { runId }, delivery).then(note('done'), note('again'));
    await turn();
  };
  return { dispatcher, dispatch, begun, settled, givenBack, endOf: (runId: string) => ends.get(runId) };
};

describe('a wake-up', () => {
  it('is settled as its run was, and the next run begins', async () => {
    const { dispatch, begun, settled, endOf } = aDispatcher();
    await dispatch('one');
    await dispatch('two');
    expect([begun, settled]).toEqual([['one'], []]);
    endOf('one')?.reject(new Error('the store is away'));
    await turn();
    expect([begun, settled]).toEqual([['one', 'two'], ['one again']]);
    endOf('two')?.resolve(undefined);
    await turn();
    expect(settled).toEqual(['one again', 'two done']);
  });

  it('of a run that waits already, or that does not exist, takes no place', async () => {
    const { dispatcher, dispatch, settled } = aDispatcher();
    for (const runId of ['one', 'two', 'two', 'unknown']) await dispatch(runId);
    expect(settled).toEqual(['two done', 'unknown done']);
    expect(dispatcher.counts()).toMatchObject({ inHand: 1, waiting: 1 });
  });

  it('of a line that grew too long is acknowledged, and its run still has its turn', async () => {
    const { dispatch, begun, settled, endOf } = aDispatcher();
    const all = ['one', 'two', 'three', 'four', 'five'];
    for (const runId of all) await dispatch(runId);
    expect(settled).toEqual(['four done', 'five done']);
    for (const runId of all) {
      endOf(runId)?.resolve(undefined);
      await turn();
    }
    expect(begun).toEqual(all);
  });
});

describe('a dispatcher that is closed', () => {
  it('gives what waits to others, and waits for what is in hand', async () => {
    const { dispatcher, dispatch, begun, settled, givenBack, endOf } = aDispatcher();
    for (const runId of ['one', 'two', 'three', 'four']) await dispatch(runId);
    let isClosed = false;
    const closing = dispatcher[Symbol.asyncDispose]().then(() => (isClosed = true));
    await turn();
    expect([settled, givenBack, isClosed]).toEqual([
      ['four done', 'two again', 'three again'],
      ['four'],
      false,
    ]);
    await dispatch('five');
    expect(settled).toContain('five again');
    endOf('one')?.resolve(undefined);
    await closing;
    expect(begun).toEqual(['one']);
  });
});
