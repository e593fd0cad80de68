import { subjects } from '@karrio/contracts';
import type { Bus } from '@karrio/messaging';
import { describe, expect, it } from 'vitest';
import { createMemory } from './memory.ts';

type Key = Readonly<{ owners: readonly string[]; role: string }>;

const setUp = () => {
  const hearers: ((notice: { id: string }) => void)[] = [];
  const subscribe = ((subject: unknown, _filter: string, hear: (notice: { id: string }) => void) => {
    expect(subject).toBe(subjects.liveChange);
    hearers.push(hear);
    return { [Symbol.dispose]: () => {} };
  }) as unknown as Bus['subscribe'];
  let lookUps = 0;
  const memory = createMemory<Key>({ subscribe });
  const found: Key = { owners: ['org_1'], role: 'owner' };
  const recall = (lookUp = async (): Promise<Key | undefined> => found) =>
    memory.recall('key', () => {
      lookUps++;
      return lookUp();
    });
  return { recall, changed: (id: string) => hearers[0]?.({ id }), lookUps: () => lookUps };
};

describe('what is known of a key', () => {
  it('is looked up once, and at once again when something of its organisation changed, and of no other', async () => {
    const { recall, changed, lookUps } = setUp();
    await recall();
    await recall();
    changed('org_2');
    await recall();
    expect(lookUps()).toBe(1);
    changed('org_1');
    await recall();
    expect(lookUps()).toBe(2);
  });

  // A key that was revoked while it was read would be let in for as long as it is remembered.
  it('and was read before a change is not remembered after it', async () => {
    const { recall, changed, lookUps } = setUp();
    const reading = Promise.withResolvers<Key | undefined>();
    const recalled = recall(() => reading.promise);
    changed('org_1');
    reading.resolve({ owners: ['org_1'], role: 'owner' });
    await recalled;
    await recall();
    expect(lookUps()).toBe(2);
  });

  it('that is none is looked up each time', async () => {
    const { recall, lookUps } = setUp();
    await recall(async () => undefined);
    await recall(async () => undefined);
    expect(lookUps()).toBe(2);
  });
});
