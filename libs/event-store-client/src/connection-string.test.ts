import { describe, expect, it } from 'vitest';
import { checkConnectionString } from './connection-string.ts';
import { openClient } from './open-client.ts';

describe('a connection string', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://store.example',
    'esdb+discover://cluster.example:2113?nodePreference=follower&keepAliveInterval=20000',
    'esdb://a:2113,b:2113,c:2113?tls=false',
    'esdb://user:p%40ss%3A%2F@store.example:2113?tlsCAFile=%2Fetc%2Fca.pem',
  ])('reaches the client as it is: %s', (url) => {
    expect(checkConnectionString(url)).toEqual({ url, warnings: [] });
  });

  it('may spell its options in any way that the client takes', () => {
    const { url } = checkConnectionString(' esdb://store.example/?TLS=true&tls_ca_file=ca.pem ');
    expect(url).toBe('esdb://store.example?tls=true&tlsCAFile=ca.pem');
  });

  it.each([
    ['esdb://u:hunter2@store.example?tls=false', 'not sent'],
    ['esdb://u:hunter2@store.example?tlsVerifyCert=false', 'tlsCAFile instead'],
    ['esdb://u:hunter2@store.example?threads=4', 'not known, and ignored: threads'],
  ])('is warned of where it does not do what it says: %s', (url, warning) => {
    const { warnings } = checkConnectionString(url);
    expect(warnings).toEqual([expect.stringContaining(warning)]);
    expect(warnings.join('\n')).not.toContain('hunter2');
  });

  it.each([
    'https://u:hunter2@store.example',
    'esdb://u:hunter2/@store.example',
    'esdb://u:hunter2@two@store.example',
    'esdb://u:hunter2:more@store.example',
    'esdb://hunter2@store.example',
    'esdb://u:hunter2@store.example:port',
    'esdb://u:hunter2@store.example?keepAliveInterval=often',
    'esdb://u:hunter2@store.example?tls',
    'esdb://u:hunter2@store.example?tlsCAFile=/no/such/file',
    'esdb://u:hunter2%@store.example',
  ])('that can not be used is named, and not quoted: %s', (url) => {
    const attempt = () => openClient(url);
    expect(attempt).toThrow(/^EVENTSTORE_URL /);
    const shown = (() => {
      try {
        attempt();
        return '';
      } catch (error) {
        return JSON.stringify(error, Object.getOwnPropertyNames(error));
      }
    })();
    expect(shown).not.toContain('hunter2');
  });
});
