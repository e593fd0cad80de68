import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

describe('who may speak to the event store', () => {
  const users = { EVENTSTORE_USERS_FILE: '/etc/users', EVENTSTORE_TLS_KEY_FILE: '/etc/key' };

  it('is no setting of the stack, whose own one listens on this machine only', () => {
    expect(() => loadConfig(users)).toThrow(
      'EVENTSTORE_USERS_FILE, EVENTSTORE_TLS_KEY_FILE: for an event store of',
    );
    expect(loadConfig({ EVENTSTORE_USERS_FILE: '' })).toMatchObject({ eventStoreUrl: undefined });
  });

  it('is the business of an event store that is given', () => {
    const url = 'esdb://user:password@store.example';
    expect(loadConfig({ ...users, EVENTSTORE_URL: url })).toMatchObject({ eventStoreUrl: url });
  });
});
