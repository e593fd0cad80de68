import { describe, expect, it } from 'vitest';
import { accessSettings } from './access-settings.ts';

const env = { EVENTSTORE_HOST: '127.0.0.1', EVENTSTORE_INSECURE: false };
const tls = { EVENTSTORE_TLS_CERT_FILE: 'cert', EVENTSTORE_TLS_KEY_FILE: 'key' };
const users = { EVENTSTORE_USERS_FILE: 'users' };
const anyHost = { EVENTSTORE_HOST: '0.0.0.0' };

describe('who may speak', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('needs no saying on %s', (host) => {
    expect(accessSettings({ ...env, EVENTSTORE_HOST: host })).toMatchObject({ host, isInsecure: false });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'store.example'])('has to be said on %s', (host) => {
    const open = { ...env, EVENTSTORE_HOST: host };
    expect(() => accessSettings(open)).toThrow(`EVENTSTORE_HOST=${host} lets other machines in`);
    expect(() => accessSettings({ ...open, ...tls })).toThrow('EVENTSTORE_USERS_FILE');
    expect(accessSettings({ ...open, ...tls, ...users })).toMatchObject({ users: { file: 'users' } });
    expect(accessSettings({ ...open, ...tls, EVENTSTORE_TLS_CLIENT_CA_FILE: 'ca' })).toMatchObject({
      tls: { clientCaFile: 'ca' },
    });
    expect(accessSettings({ ...open, EVENTSTORE_INSECURE: true })).toMatchObject({ isInsecure: true });
  });

  it('is not asked without TLS, where clients send no credentials, unless a proxy does the TLS', () => {
    expect(() => accessSettings({ ...env, ...users })).toThrow('users need TLS');
    expect(() => accessSettings({ ...env, ...anyHost, ...users })).toThrow('users need TLS');
    expect(accessSettings({ ...env, ...users, EVENTSTORE_INSECURE: true })).toMatchObject({
      users: { file: 'users' },
    });
  });

  it('is said completely, and once', () => {
    expect(() => accessSettings({ ...env, EVENTSTORE_TLS_CERT_FILE: 'cert' })).toThrow(
      'EVENTSTORE_TLS_KEY_FILE',
    );
    expect(() => accessSettings({ ...env, EVENTSTORE_TLS_CLIENT_CA_FILE: 'ca' })).toThrow('TLS needs both');
    expect(() => accessSettings({ ...env, ...tls, ...users, EVENTSTORE_USERS: 'x' })).toThrow(
      'exclude each other',
    );
  });
});
