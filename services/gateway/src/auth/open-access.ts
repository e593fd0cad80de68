import type { Bus } from '@karrio/messaging';
import type { ReadModel } from '@karrio/read-model';
import { createAuthenticator, type Authenticator, type Known } from './authenticate.ts';
import { followKeyUses } from './key-uses.ts';
import { createMemory, type Memory } from './memory.ts';

export type Access = Authenticator & Pick<Memory<Known>, 'forget'> & Disposable;

/** Who asks: from the read models, and remembered until they say otherwise. */
export const openAccess = (
  bus: Pick<Bus, 'subscribe' | 'publish'>,
  { db }: Pick<ReadModel, 'db'>,
  now: () => number,
): Access => {
  using stack = new DisposableStack();
  const memory = stack.use(createMemory<Known>(bus));
  const keyUses = stack.use(followKeyUses(bus, now));
  const authenticator = createAuthenticator({ db, memory, keyUses, now });
  const opened = stack.move();
  return { ...authenticator, forget: memory.forget, [Symbol.dispose]: () => opened.dispose() };
};
