import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readYaml } from './checkout.ts';
import { composeServices, ownServices } from './compose-file.ts';

const Components = z.record(z.string(), z.json());
const Collector = z.object({
  receivers: z.object({
    otlp: z.object({ protocols: z.object({ http: z.object({ endpoint: z.string() }) }) }),
  }),
  processors: Components,
  exporters: z.object({ otlp_grpc: z.object({ endpoint: z.string() }) }),
  service: z.object({
    pipelines: z.record(
      z.string(),
      z.object({
        receivers: z.array(z.string()),
        processors: z.array(z.string()),
        exporters: z.array(z.string()),
      }),
    ),
  }),
});

const collector = Collector.parse(readYaml('deploy/otel/collector.yaml'));

describe('the collector', () => {
  it('has every component that its pipelines name, and none beside', () => {
    const pipelines = Object.values(collector.service.pipelines);
    for (const kind of ['receivers', 'processors', 'exporters'] as const) {
      const used = pipelines.flatMap((pipeline) => pipeline[kind]);
      expect(used.toSorted()).toEqual(Object.keys(collector[kind]).toSorted());
    }
  });

  it('listens where the services send their spans', () => {
    const port = collector.receivers.otlp.protocols.http.endpoint.split(':').at(-1);

    expect(ownServices.length).toBeGreaterThan(0);
    for (const { environment } of ownServices) {
      expect(environment['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(`http://otel-collector:${port}`);
    }
  });

  it('hands traces to a container that compose starts', () => {
    const [host] = collector.exporters.otlp_grpc.endpoint.split(':');

    expect(composeServices.map(({ name }) => name)).toContain(host);
  });
});
