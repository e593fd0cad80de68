import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DCLinter } from 'dclint';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkout, readText } from './checkout.ts';
import {
  composePath,
  composeServices,
  interpolated,
  namedVolumes,
  ownServices,
  variables,
} from './compose-file.ts';

/** What a user who followed .env.example has in .env. */
const filled = {
  ...parseEnv(readText('.env.example')),
  POSTGRES_PASSWORD: 'ab'.repeat(24),
  BOOTSTRAP_API_KEY: `key_${'ab'.repeat(16)}`,
  KWE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  GRAFANA_PASSWORD: 'ab'.repeat(16),
};

const environmentOf = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value, filled)]));

const sourcesOf = (unit: string): string => {
  const folder = join(checkout, unit, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
};

describe('docker-compose.yml', () => {
  it('follows the compose specification’s schema and the linter’s rules', () => {
    // Keys and extensions are in the order in which a reader needs them.
    const rules = { 'service-keys-order': 0, 'top-level-properties-order': 0 } as const;
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });

    const results: readonly Readonly<{ messages: readonly unknown[] }>[] = linter.lintFiles(
      [join(checkout, composePath)],
      false,
    );
    expect(results.map(({ messages }) => messages)).toEqual([[]]);
  });

  it('asks for nothing that .env.example does not name', () => {
    const named = Object.keys(parseEnv(readText('.env.example')));

    expect(variables().filter(({ name }) => !named.includes(name))).toEqual([]);
  });

  it('has no secret of its own: each must be given, and the example gives none', () => {
    // A key that another one replaces is there for a while only.
    const secret = /(PASSWORD|KEY)$/;
    const example = parseEnv(readText('.env.example'));
    const secrets = variables().filter(({ name }) => secret.test(name));

    expect(secrets.length).toBeGreaterThan(0);
    for (const { name, isRequired } of secrets)
      expect([name, isRequired, example[name]]).toEqual([name, true, '']);
  });

  it('publishes on loopback alone', () => {
    const ports = composeServices.flatMap((service) => service.ports);

    expect(ports).toEqual(
      expect.arrayContaining(['127.0.0.1:8080:8080', '127.0.0.1:3000:3000', '127.0.0.1:16686:16686']),
    );
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(composeServices)('mounts only what there is into $name', ({ volumes }) => {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      const isThere = source.startsWith('.')
        ? existsSync(join(checkout, source))
        : namedVolumes.includes(source);
      expect([source, isThere]).toEqual([source, true]);
    }
  });

  it.each(composeServices)('starts $name after what it can wait for', ({ depends_on: dependencies }) => {
    for (const [name, { condition }] of Object.entries(dependencies)) {
      const dependency = composeServices.find((service) => service.name === name);
      const expected = dependency?.healthcheck === undefined ? 'service_started' : 'service_healthy';
      expect([name, condition]).toEqual([name, expected]);
    }
  });
});

describe.each(ownServices)(
  'the container of $name',
  ({ name, build, environment, read_only: isReadOnly }) => {
    it('is built of a service that there is', () => {
      expect(build?.args.SERVICE).toBe(name);
      expect(existsSync(join(checkout, 'services', name, 'src/main.ts'))).toBe(true);
    });

    it('can write nowhere but to its volumes', () => {
      expect(isReadOnly).toBe(true);
    });

    it('is configured: the service accepts its environment', async () => {
      const config: { loadConfig: (env: Readonly<Record<string, string>>) => unknown } = await import(
        resolve(checkout, 'services', name, 'src/config.ts')
      );

      expect(config.loadConfig(environmentOf(environment))).toMatchObject({
        opsHost: '0.0.0.0',
        opsPort: 9090,
      });
    });

    it('is given no variable that nothing reads', () => {
      const sources = ['libs/process', 'libs/telemetry', 'libs/vault', `services/${name}`]
        .map(sourcesOf)
        .join('\n');
      const isRead = (variable: string) => new RegExp(`\\b${variable}\\b`).test(sources);

      expect(Object.keys(environment).filter((variable) => !isRead(variable))).toEqual([]);
    });
  },
);
