import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkout, readYaml } from './checkout.ts';
import { composeServices, ownServices } from './compose-file.ts';
import { exportedMetrics } from './exported-metrics.ts';
import { metricsIn } from './promql.ts';

const folder = join(checkout, 'deploy/prometheus');

const Configuration = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      dns_sd_configs: z.array(z.object({ names: z.array(z.string()), port: z.number() })).default([]),
      static_configs: z.array(z.object({ targets: z.array(z.string()) })).default([]),
    }),
  ),
});
const Alerts = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

const { scrape_configs: jobs } = Configuration.parse(readYaml('deploy/prometheus/prometheus.yml'));
const rules = Alerts.parse(readYaml('deploy/prometheus/alerts.yml')).groups.flatMap((group) => group.rules);
const exported = await exportedMetrics();

describe('the scrape configuration', () => {
  it('finds every service of ours at its operators’ port', () => {
    const [ours] = jobs.find(({ job_name: name }) => name === 'kwe')?.dns_sd_configs ?? [];

    expect(ours?.names.toSorted()).toEqual(ownServices.map(({ name }) => name).toSorted());
    for (const { environment } of ownServices) expect(environment['OPS_PORT']).toBe(String(ours?.port));
  });

  it('names no host that compose does not start', () => {
    const hosts = jobs.flatMap((job) => job.static_configs).flatMap(({ targets }) => targets);

    for (const host of hosts) expect(composeServices.map(({ name }) => name)).toContain(host.split(':')[0]);
  });
});

describe('the alerts', () => {
  it.each(rules)('$alert reads only what our services export', ({ expr }) => {
    const metrics = metricsIn(expr);

    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !exported.has(name))).toEqual([]);
  });

  it('notice each service that is down', () => {
    const watched = rules.flatMap(({ expr }) => /up\{.*service="(\w+)"/.exec(expr)?.[1] ?? []);

    expect(watched.toSorted()).toEqual(ownServices.map(({ name }) => name).toSorted());
  });
});

const promtool = (...args: readonly string[]) =>
  spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
const isInstalled = promtool('--version').status === 0;
if (!isInstalled)
  console.warn('promtool is not installed (apt-get install prometheus): its two checks are skipped.');

describe.skipIf(!isInstalled)('promtool', () => {
  it.each([
    ['accepts the configuration', ['check', 'config', 'prometheus.yml']],
    ['sees each alert fire when it should', ['test', 'rules', 'alerts.test.yml']],
  ])('%s', (_, args) => {
    const { status, stdout, stderr } = promtool(...args);

    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.any(String)]);
  });
});
