import { readFileSync } from 'node:fs';
import { subjects } from '@karrio/contracts';
import type { Recorded } from '@karrio/event-store-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { announcedTypes, announcementOf } from './announcement.ts';

const Announced = z.object({
  name: z.string(),
  payload: z.object({
    allOf: z.tuple([
      z.unknown(),
      z.object({ properties: z.object({ type: z.object({ const: z.string() }) }) }),
    ]),
  }),
});
const Document = z.object({
  asyncapi: z.literal('3.0.0'),
  channels: z.record(z.string(), z.object({ address: z.string() })),
  operations: z.record(z.string(), z.object({ action: z.string(), channel: z.object({ $ref: z.string() }) })),
  components: z.object({ messages: z.record(z.string(), z.unknown()) }),
});

const document = Document.parse(
  parse(readFileSync(new URL('../../../docs/asyncapi.yaml', import.meta.url), 'utf8')),
);
const { operations } = document;
/** What others send is of another kind than the announcements. */
const { IncomingEvent: incoming, ...channels } = document.channels;
const { IncomingEvent: _, ...messages } = document.components.messages;

const recorded = (type: string): Recorded => ({
  type,
  data: {},
  id: '0b0a3f2e-0000-4000-8000-000000000001',
  stream: 'run-wevt_1',
  revision: 0,
  position: 1n,
  recordedAt: '2026-11-22T09:00:00.000Z',
  metadata: { org: 'ORG', actor: 'a', $correlationId: 'c', $causationId: 'c', schema: 1 },
});

/** By the name of the log's event, which the document uses for its channels and messages. */
const announced = new Map(
  announcedTypes.flatMap((type) => {
    const announcement = announcementOf(recorded(type));
    return announcement ? [[type, announcement] as const] : [];
  }),
);

const sorted = (values: Iterable<string>) => [...values].toSorted();

describe('docs/asyncapi.yaml', () => {
  it('has a channel for every announced subject, and no other', () => {
    const subjects = [...announced].map(([type, { subject }]) => [type, subject.replace('.ORG.', '.{org}.')]);
    const addresses = Object.entries(channels).map(([type, { address }]) => [type, address]);
    expect(Object.fromEntries(addresses)).toEqual(Object.fromEntries(subjects));
  });

  it('says on which subject events of others are heard', () => {
    expect(incoming?.address).toBe(subjects.incoming.pattern);
    expect(operations['receiveEvent']?.channel.$ref).toBe('#/channels/IncomingEvent');
  });

  it('has a message for every announced CloudEvents type, and no other', () => {
    const types = Object.entries(messages).map(([type, message]) => {
      const { name, payload } = Announced.parse(message);
      expect(payload.allOf[1].properties.type.const).toBe(name);
      return [type, name];
    });
    expect(Object.fromEntries(types)).toEqual(
      Object.fromEntries([...announced].map(([type, { event }]) => [type, event.type])),
    );
  });

  it('says for every announcement that the engine sends it', () => {
    const sent = Object.values(operations).flatMap(({ action, channel }) =>
      action === 'send' ? [channel.$ref.replace('#/channels/', '')] : [],
    );
    expect(sorted(sent)).toEqual(sorted(announced.keys()));
  });
});
