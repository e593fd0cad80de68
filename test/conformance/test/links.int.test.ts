import { BACKWARDS, binaryEvent, END } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { collect, events, newStream } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const link = (target: string) => binaryEvent({ type: '$>', data: Buffer.from(target) });

/** A stream of three events, one of links to them, and what reading the links shows. */
const linked = async () => {
  const target = newStream('target');
  const links = newStream('links');
  await client.appendToStream(target, events('A', 'B', 'C'));
  await client.appendToStream(
    links,
    [0, 1, 2].map((revision) => link(`${String(revision)}@${target}`)),
  );
  const resolved = async () =>
    (await collect(client.readStream(links, { resolveLinkTos: true }))).map((read) => [
      read.event?.type,
      read.link?.revision,
    ]);
  return { target, links, resolved };
};

describe('a link', () => {
  it('is an event like any other, unless it is to be resolved', async () => {
    const { links } = await linked();
    const [read] = await collect(client.readStream(links, { maxCount: 1 }));
    expect(read).toMatchObject({ event: { type: '$>', streamId: links, revision: 0n } });
    expect(read?.link).toBeUndefined();
  });

  it('brings the event that it names, and itself', async () => {
    const { target, links, resolved } = await linked();
    expect(await resolved()).toEqual([
      ['A', 0n],
      ['B', 1n],
      ['C', 2n],
    ]);
    const [read] = await collect(
      client.readStream(links, {
        resolveLinkTos: true,
        direction: BACKWARDS,
        fromRevision: END,
        maxCount: 1,
      }),
    );
    const [original] = await collect(client.readStream(target, { fromRevision: 2n }));
    expect(read?.event).toEqual(original?.event);
    expect(read?.link).toMatchObject({ streamId: links, revision: 2n });
  });

  it('comes alone where its event was never there', async () => {
    const { target, links, resolved } = await linked();
    await client.appendToStream(links, [
      link(`9@${target}`),
      link(`0@${newStream('none')}`),
      link('no target'),
    ]);
    expect((await resolved()).slice(3)).toEqual([
      [undefined, 3n],
      [undefined, 4n],
      [undefined, 5n],
    ]);
  });

  it('comes alone where its event is hidden', async () => {
    const truncated = await linked();
    await client.setStreamMetadata(truncated.target, { truncateBefore: 1 });
    expect((await truncated.resolved()).map(([type]) => type)).toEqual([undefined, 'B', 'C']);
    const deleted = await linked();
    await client.deleteStream(deleted.target);
    expect((await deleted.resolved()).map(([type]) => type)).toEqual([undefined, undefined, undefined]);
    const ended = await linked();
    await client.tombstoneStream(ended.target);
    expect((await ended.resolved()).map(([type]) => type)).toEqual([undefined, undefined, undefined]);
  });

  it('is resolved for subscribers, to one stream and to all', async () => {
    const { target, links } = await linked();
    const [read] = await collect(client.subscribeToStream(links, { resolveLinkTos: true }), 1);
    expect(read?.event?.streamId).toBe(target);
    const position = read?.link?.position;
    if (!position) throw new Error('no position');
    const [next] = await collect(client.subscribeToAll({ fromPosition: position, resolveLinkTos: true }), 1);
    expect(next).toMatchObject({ event: { streamId: target, type: 'B' }, link: { streamId: links } });
  });

  it('is resolved where all streams are read', async () => {
    const { target, links } = await linked();
    const [{ event } = {}] = await collect(client.readStream(links, { maxCount: 1 }));
    const fromPosition = event?.position;
    if (!fromPosition) throw new Error('no position');
    const [read] = await collect(client.readAll({ fromPosition, resolveLinkTos: true, maxCount: 1 }));
    expect(read).toMatchObject({ event: { streamId: target, type: 'A' }, link: { streamId: links } });
  });
});
