import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { afterAll, describe, expect, it } from 'vitest';
import { events, newStream, seen } from '../src/events.ts';
import { serverUnderTest } from '../src/server-under-test.ts';
import { statusOf } from '../src/status-of.ts';

const server = await serverUnderTest();
const { client } = server;
afterAll(() => server[Symbol.asyncDispose]());

const supported = await client['execute'](
  featuresService.ServerFeaturesClient,
  'conformance',
  (calls) =>
    new Promise<InstanceType<typeof features.SupportedMethods>>((resolve, reject) => {
      calls.getSupportedMethods(new shared.Empty(), (error, reply) => {
        if (error) reject(error);
        else resolve(reply);
      });
    }),
);
const methods = supported
  .getMethodsList()
  .map((method) => `${method.getServiceName()}/${method.getMethodName()}`);

describe('the features of the server', () => {
  it('name every method of streams, in lower case as clients compare them', () => {
    const streams = ['read', 'append', 'batchappend', 'delete', 'tombstone'];
    expect(methods).toEqual(
      expect.arrayContaining(streams.map((method) => `event_store.client.streams.streams/${method}`)),
    );
  });

  it('give a version that clients can compare', () => {
    expect(supported.getEventStoreServerVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('what the server does not do', () => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults();

  it.each<[string, () => Promise<unknown>]>([
    [
      'persistent_subscriptions.persistentsubscriptions/create',
      () => client.createPersistentSubscriptionToStream(newStream('group'), 'group', settings),
    ],
    [
      'persistent_subscriptions.persistentsubscriptions/delete',
      () => client.deletePersistentSubscriptionToStream(newStream('group'), 'group'),
    ],
    ['projections.projections/create', () => client.createProjection(newStream('p'), 'fromAll()')],
    ['projections.projections/statistics', () => client.listProjections()],
  ])('is not advertised and answered with UNIMPLEMENTED: %s', async (method, call) => {
    if (methods.includes(`event_store.client.${method}`)) return;
    expect(await statusOf(call())).toMatchObject({ code: 12 });
  });
});

describe('gossip', () => {
  it('tells of a living leader where a client can reach it', async () => {
    const members = await readGossip();
    const leader = members.find((member) => member.getState() === 8);

    expect(leader?.getIsAlive()).toBe(true);
    expect(leader?.getHttpEndPoint()?.getAddress()).not.toBe('');
    expect(leader?.getHttpEndPoint()?.getPort()).toBeGreaterThan(0);
  });

  it.each(['leader', 'random', 'follower'])(
    'brings a client that discovers to a node: %s',
    async (preference) => {
      const url = new URL(server.url);
      url.searchParams.set('nodePreference', preference);
      const discovering = EventStoreDBClient.connectionString(String(url).replace('esdb:', 'esdb+discover:'));
      const stream = newStream('discovered');
      await discovering.appendToStream(stream, events('A'), { requiresLeader: true });
      expect(await seen(discovering.readStream(stream))).toEqual(['A@0']);
      await discovering.dispose();
    },
  );
});

const readGossip = () =>
  client['execute'](
    gossipService.GossipClient,
    'conformance',
    (calls) =>
      new Promise<InstanceType<typeof gossip.MemberInfo>[]>((resolve, reject) => {
        calls.read(new shared.Empty(), (error, reply) => {
          if (error) reject(error);
          else resolve(reply.getMembersList());
        });
      }),
  );
