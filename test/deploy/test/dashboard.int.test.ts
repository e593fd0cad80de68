import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkout, readText, readYaml } from './checkout.ts';
import { exportedMetrics } from './exported-metrics.ts';
import { metricsIn } from './promql.ts';

const folder = 'deploy/grafana/dashboards';

const Dashboard = z.object({
  uid: z.string(),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      datasource: z.object({ type: z.string(), uid: z.string() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    }),
  ),
});
const Provisioned = z.object({ datasources: z.array(z.object({ uid: z.string(), type: z.string() })) });

const { datasources } = Provisioned.parse(
  readYaml('deploy/grafana/provisioning/datasources/datasources.yaml'),
);
const exported = await exportedMetrics();

describe.each(readdirSync(join(checkout, folder)))('the dashboard %s', (file) => {
  const { panels } = Dashboard.parse(JSON.parse(readText(`${folder}/${file}`)));

  it.each(panels)('shows in "$title" only what our services export', ({ targets }) => {
    for (const { expr } of targets) {
      const metrics = metricsIn(expr);
      expect(metrics.length).toBeGreaterThan(0);
      expect(metrics.filter((name) => !exported.has(name))).toEqual([]);
    }
  });

  it('asks a data source that is provisioned', () => {
    for (const { datasource } of panels) expect(datasources).toContainEqual(datasource);
  });

  it('gives each panel an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
